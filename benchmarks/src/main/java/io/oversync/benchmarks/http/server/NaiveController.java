/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http.server;

import java.math.BigDecimal;
import java.security.Principal;
import java.time.OffsetDateTime;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * What an application without sync does with a row that a user saves: one upsert.
 */
@RestController
class NaiveController {

	private static final String UPSERT = """
			INSERT INTO raw.typed (id, owner_id, name, amount, price, active, created_at, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, amount = excluded.amount, price = excluded.price,
			  active = excluded.active, created_at = excluded.created_at, body = excluded.body""";

	private final JdbcTemplate jdbc;

	NaiveController(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	@PostMapping("/naive")
	Saved save(@RequestBody Row row, Principal user) {
		this.jdbc.update(UPSERT, row.id, user.getName(), row.name, row.amount, row.price, row.active, row.createdAt,
				row.body);
		return new Saved(row.id);
	}

	/** A row as it is sent. */
	record Row(UUID id, String name, long amount, BigDecimal price, boolean active,
			@JsonProperty("created_at") OffsetDateTime createdAt, String body) {
	}

	/** The answer. */
	record Saved(UUID id) {
	}

}
