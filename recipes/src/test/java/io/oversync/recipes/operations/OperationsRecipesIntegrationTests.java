/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import java.util.List;
import java.util.UUID;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import io.oversync.service.SyncChecks;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the pages on operations and server writes show.
 */
class OperationsRecipesIntegrationTests {

	private static String url;

	private static RecipeApplication application;

	private final Device device = application.device();

	@BeforeAll
	static void start() {
		url = TestPostgres.createDatabase();
		application = RecipeApplication.startOn(url, OperationsApplication.class,
				"oversync.registered-tables[0].name=business.posts",
				"oversync.registered-tables[0].owner-column=owner_id",
				"oversync.registered-tables[1].name=business.labels",
				"oversync.registered-tables[1].owner-column=owner_id",
				"oversync.registered-tables[2].name=business.news", "oversync.registered-tables[2].materialize=false");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void rowsThatATableHasLostAreFoundAndWrittenAgain() {
		UUID id = upload();
		TestPostgres.execute(url,
				"SET session_replication_role = replica; DELETE FROM business.posts WHERE id = '" + id + "'");
		TableCare care = application.bean(TableCare.class);
		assertThat(care.compare().differing()).isEqualTo(1);
		care.writeAgain();
		assertThat(titles(id)).containsExactly("Hello");
		SyncChecks.Result result = care.compare();
		assertThat(result.differing()).isZero();
	}

	private UUID upload() {
		UUID id = UUID.randomUUID();
		JsonNode status = this.device.insert("posts",
				JsonMapper.shared().createObjectNode().put("id", id.toString()).put("title", "Hello"));
		assertThat(status.get("status").asString()).isEqualTo("applied");
		return id;
	}

	private static List<String> titles(UUID id) {
		return application.bean(JdbcClient.class)
			.sql("SELECT title FROM business.posts WHERE id = ?")
			.param(id)
			.query(String.class)
			.list();
	}

	@Test
	void newsReachTheDevicesOfAllUsers() {
		upload();
		this.device.download();
		application.bean(Announcements.class).announce();
		JsonNode news = this.device.downloadOne();
		assertThat(news.get("table").asString()).isEqualTo("news");
		assertThat(news.at("/payload/text").asString()).isEqualTo("Good morning");
	}

	@Test
	void aHandlerSaysWhatDevicesHaveOfARow() {
		application.bean(Notes.class).save(this.device.user(), UUID.randomUUID(), "written by the application");
		assertThat(this.device.downloadOne().at("/payload/text").asString()).isEqualTo("written by the application");
	}

}
