/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /health}: 200 {@code {"status":"ok","database":"up"}}, or 503
 * {@code {"status":"unavailable","database":"down"}} when the database does not answer.
 */
@RestController
class HealthController {

	private static final int TIMEOUT_SECONDS = 2;

	private final DataSource dataSource;

	HealthController(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	@GetMapping("/health")
	ResponseEntity<Health> health() {
		if (databaseAnswers()) {
			return ResponseEntity.ok(new Health("ok", "up"));
		}
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(new Health("unavailable", "down"));
	}

	record Health(String status, String database) {
	}

	private boolean databaseAnswers() {
		try (Connection connection = this.dataSource.getConnection()) {
			return connection.isValid(TIMEOUT_SECONDS);
		}
		catch (SQLException ex) {
			return false;
		}
	}

}
