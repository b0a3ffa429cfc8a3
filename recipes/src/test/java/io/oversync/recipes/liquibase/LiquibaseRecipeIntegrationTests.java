/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.liquibase;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tables that Liquibase creates at the first start are there when their definitions are
 * read.
 */
class LiquibaseRecipeIntegrationTests {

	@Test
	void tablesOfTheChangelogSync() {
		try (RecipeApplication application = RecipeApplication.startOn(TestPostgres.createDatabase(),
				LiquibaseApplication.class, "spring.sql.init.mode=never", "spring.liquibase.enabled=true",
				"spring.liquibase.change-log=classpath:/liquibase/changelog.sql",
				"oversync.registered-tables[0].name=shop.orders",
				"oversync.registered-tables[0].owner-column=owner_id")) {
			Device phone = application.device();
			String id = "550e8400-e29b-41d4-a716-446655440000";
			assertThat(phone
				.insert("shop", "orders",
						JsonMapper.shared().createObjectNode().put("id", id).put("text", "two apples"))
				.get("status")
				.asString()).isEqualTo("applied");
		}
	}

}
