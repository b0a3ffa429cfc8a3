/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jooq;

import java.util.UUID;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An application that writes its tables with jOOQ.
 */
class JooqRecipeIntegrationTests {

	private static RecipeApplication application;

	private final Device device = application.device();

	private final JooqPosts posts = application.bean(JooqPosts.class);

	@BeforeAll
	static void start() {
		application = RecipeApplication.start(JooqApplication.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void whatIsWrittenReachesTheDevice() {
		UUID id = this.posts.write(this.device.user(), "Hello");
		JsonNode insert = this.device.downloadOne();
		assertThat(insert.get("pk").asString()).isEqualTo(id.toString());
		assertThat(insert.at("/payload/title").asString()).isEqualTo("Hello");
		this.posts.rename(this.posts.read(id), "Hello again");
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("Hello again");
	}

	@Test
	void aPostThatWasReadBeforeAnUploadIsNotWritten() {
		UUID id = this.posts.write(this.device.user(), "Hello");
		JsonNode row = this.device.downloadOne();
		JooqPosts.Post read = this.posts.read(id);
		assertThat(this.device.edit(row, "title", "of the phone").get("status").asString()).isEqualTo("applied");
		assertThatExceptionOfType(OptimisticLockingFailureException.class)
			.isThrownBy(() -> this.posts.rename(read, "of the application"));
		this.posts.rename(this.posts.read(id), "of both");
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("of both");
	}

	@Test
	void whatIsRolledBackReachesNoDevice() {
		assertThatIllegalStateException()
			.isThrownBy(() -> application.bean(TransactionTemplate.class).executeWithoutResult((status) -> {
				this.posts.write(this.device.user(), "rolled back");
				throw new IllegalStateException();
			}));
		assertThat(this.device.download()).isEmpty();
		this.posts.write(this.device.user(), "committed");
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("committed");
	}

}
