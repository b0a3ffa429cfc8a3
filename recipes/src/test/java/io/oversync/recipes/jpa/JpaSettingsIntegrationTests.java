/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Settings of Spring Boot that change how an application with JPA writes.
 */
class JpaSettingsIntegrationTests {

	@Test
	void withoutAnOpenViewTheServiceReadsThePostAgain() {
		try (RecipeApplication application = RecipeApplication.startOn(TestPostgres.createDatabase(),
				JpaApplication.class, "spring.jpa.open-in-view=false")) {
			Device device = application.device();
			UUID id = application.bean(PostService.class).write(device.user(), "Hello").getId();
			JsonNode row = device.downloadOne();
			application.bean(PostAccess.class).meanwhile = () -> device.edit(row, "status", "of the phone");
			assertThat(device.call("PUT", "/posts/" + id + "/title?title=web")).isEqualTo(200);
			JsonNode payload = device.downloadOne().get("payload");
			assertThat(payload.get("title").asString()).isEqualTo("web");
			assertThat(payload.get("status").asString()).isEqualTo("of the phone");
		}
	}

	@Test
	void tablesThatHibernateCreatesAgainAreCapturedAndAreEmptyForDevices() {
		String url = TestPostgres.createDatabase();
		String user;
		try (RecipeApplication first = RecipeApplication.startOn(url, JpaApplication.class)) {
			Device device = first.device();
			user = device.user();
			first.bean(PostService.class).write(user, "Hello");
			assertThat(device.download()).hasSize(1);
		}
		try (RecipeApplication second = RecipeApplication.startOn(url, JpaApplication.class,
				"spring.sql.init.mode=never", "spring.jpa.hibernate.ddl-auto=create")) {
			Device device = second.device(user);
			assertThat(device.download()).extracting((change) -> change.get("op").asString())
				.containsExactly("INSERT", "DELETE");
			second.bean(PostService.class).write(user, "Hello again");
			assertThat(device.downloadOne().at("/payload/title").asString()).isEqualTo("Hello again");
		}
	}

}
