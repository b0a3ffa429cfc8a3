/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "spring.sql.init.mode=never",
		"spring.liquibase.enabled=true", "spring.liquibase.change-log=classpath:/liquibase/changelog.sql",
		"oversync.registered-tables[0].name=shop.orders", "oversync.registered-tables[0].owner-column=owner_id" })
class OrderSyncTests {

	// …
	private static EmbeddedPostgres postgres;

	@BeforeAll
	static void startPostgres() throws Exception {
		postgres = EmbeddedPostgres.start();
	}

	@AfterAll
	static void stopPostgres() throws Exception {
		postgres.close();
	}

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		registry.add("spring.datasource.url", () -> postgres.getJdbcUrl("postgres", "postgres"));
	}

	// …
	private static final String ORDER = """
			{"changes": [{"source_change_id": 1, "schema": "shop", "table": "orders", "op": "INSERT",
			  "pk": "550e8400-e29b-41d4-a716-446655440000", "server_version": 0,
			  "payload": {"id": "550e8400-e29b-41d4-a716-446655440000", "text": "two apples"}}]}""";

	@Autowired
	private JdbcClient jdbc;

	private RestClient phone;

	@BeforeEach
	void phone(@LocalServerPort int port) {
		this.phone = RestClient.builder().baseUrl("http://localhost:" + port + "/sync").defaultHeaders((headers) -> {
			headers.setBasicAuth("ann", "secret");
			headers.set("Oversync-Source-ID", "phone");
		}).build();
	}

	@Test
	void anOrderOfADeviceIsARowAndItsCorrectionReachesTheDevice() {
		JsonNode uploaded = this.phone.post()
			.uri("/upload")
			.contentType(MediaType.APPLICATION_JSON)
			.body(ORDER)
			.retrieve()
			.body(JsonNode.class);
		assertThat(uploaded.at("/statuses/0/status").asString()).isEqualTo("applied");
		assertThat(this.jdbc.sql("select text from shop.orders").query(String.class).list())
			.containsExactly("two apples");

		this.jdbc.sql("update shop.orders set text = 'three apples'").update();
		JsonNode page = this.phone.get().uri("/download?after=1").retrieve().body(JsonNode.class);
		assertThat(page.at("/changes/0/payload/text").asString()).isEqualTo("three apples");
	}

}
