/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.datajdbc;

import java.util.UUID;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An application that writes its tables with Spring Data JDBC.
 */
class DataJdbcRecipeIntegrationTests {

	private static RecipeApplication application;

	private final Device device = application.device();

	private final PostRepository posts = application.bean(PostRepository.class);

	@BeforeAll
	static void start() {
		application = RecipeApplication.start(DataJdbcApplication.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private UUID insertByDevice() {
		UUID id = UUID.randomUUID();
		JsonNode status = this.device.insert("posts",
				new JsonMapper().createObjectNode().put("id", id.toString()).put("title", "of the phone"));
		assertThat(status.get("status").asString()).isEqualTo("applied");
		this.device.download();
		return id;
	}

	@Test
	void savedPostsReachTheDevice() {
		Post post = this.posts.save(Post.of(this.device.user(), "Hello"));
		JsonNode insert = this.device.downloadOne();
		assertThat(insert.get("pk").asString()).isEqualTo(post.id().toString());
		assertThat(insert.at("/payload/title").asString()).isEqualTo("Hello");
		this.posts.save(post.rename("Hello again"));
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("Hello again");
		this.posts.deleteById(post.id());
		assertThat(this.device.downloadOne().get("op").asString()).isEqualTo("DELETE");
	}

	@Test
	void aPostOfADeviceIsAnEntity() {
		UUID id = insertByDevice();
		this.posts.save(this.posts.findById(id).orElseThrow().rename("of the application"));
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("of the application");
	}

	@Test
	void aPostOfADeviceIsInsertedAgainIfItsVersionIsPrimitive() {
		CountedPostRepository counted = application.bean(CountedPostRepository.class);
		CountedPost post = counted.findById(insertByDevice()).orElseThrow();
		assertThatException().isThrownBy(() -> counted.save(post))
			.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex)).message()
				.contains("duplicate key"));
	}

	@Test
	void aPostThatWasReadBeforeAnUploadIsNotSaved() {
		UUID id = this.posts.save(Post.of(this.device.user(), "Hello")).id();
		JsonNode row = this.device.downloadOne();
		Post read = this.posts.findById(id).orElseThrow();
		assertThat(this.device.edit(row, "title", "of the phone").get("status").asString()).isEqualTo("applied");
		assertThatExceptionOfType(OptimisticLockingFailureException.class)
			.isThrownBy(() -> this.posts.save(read.rename("of the application")));
		assertThat(this.posts.findById(id).orElseThrow().title()).isEqualTo("of the phone");
	}

	@Test
	void whatIsRolledBackReachesNoDevice() {
		assertThatIllegalStateException()
			.isThrownBy(() -> application.bean(TransactionTemplate.class).executeWithoutResult((status) -> {
				this.posts.save(Post.of(this.device.user(), "rolled back"));
				throw new IllegalStateException();
			}));
		assertThat(this.device.download()).isEmpty();
		this.posts.save(Post.of(this.device.user(), "committed"));
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("committed");
	}

}
