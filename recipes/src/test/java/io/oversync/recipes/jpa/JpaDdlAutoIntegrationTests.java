/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hibernate that makes the tables.
 */
class JpaDdlAutoIntegrationTests {

	@Test
	void tablesThatAreCreatedAgainAreCapturedAndAreEmptyForDevices() {
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
