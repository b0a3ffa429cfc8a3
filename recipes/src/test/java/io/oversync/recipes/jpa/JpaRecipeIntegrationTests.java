/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.List;
import java.util.UUID;

import io.oversync.recipes.Device;
import io.oversync.recipes.RecipeApplication;
import jakarta.persistence.EntityManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.jpa.repository.support.JpaEntityInformationSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An application that writes its tables with JPA and Hibernate.
 */
class JpaRecipeIntegrationTests {

	private static RecipeApplication application;

	private final Device device = application.device();

	private final PostService service = application.bean(PostService.class);

	private final PostRepository posts = application.bean(PostRepository.class);

	private final LabelRepository labels = application.bean(LabelRepository.class);

	private final TransactionTemplate transaction = application.bean(TransactionTemplate.class);

	@BeforeAll
	static void start() {
		application = RecipeApplication.start(JpaApplication.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private Object column(String name, UUID post) {
		return application.bean(JdbcClient.class)
			.sql("SELECT " + name + "::text FROM business.posts WHERE id = ?")
			.param(post)
			.query()
			.singleValue();
	}

	@Test
	void savedPostsReachTheDevice() {
		Post post = this.service.write(this.device.user(), "Hello");
		JsonNode change = this.device.downloadOne();
		assertThat(change.get("op").asString()).isEqualTo("INSERT");
		assertThat(change.get("source_id").asString()).isEqualTo("server");
		JsonNode payload = change.get("payload");
		assertThat(payload.propertyNames()).containsExactlyInAnyOrder("id", "title", "status", "likes", "created_at");
		assertThat(payload.get("id").asString()).isEqualTo(post.getId().toString());
		assertThat(payload.get("title").asString()).isEqualTo("Hello");

		this.service.rename(post.getId(), "Hello again");
		JsonNode update = this.device.downloadOne();
		assertThat(update.get("op").asString()).isEqualTo("UPDATE");
		assertThat(update.at("/payload/title").asString()).isEqualTo("Hello again");
		assertThat(update.at("/payload/created_at")).isEqualTo(payload.get("created_at"));
		assertThat(column("version", post.getId())).isEqualTo("1");
	}

	@Test
	void aParentComesBeforeChildrenOfTheSameTransaction() {
		Post post = this.service.write(this.device.user(), "Hello", "first", "second");
		assertThat(this.device.download()).extracting((change) -> change.get("table").asString())
			.containsExactly("posts", "comments", "comments");

		this.service.delete(post.getId());
		List<JsonNode> deletes = this.device.download();
		assertThat(deletes).extracting((change) -> change.get("op").asString()).containsOnly("DELETE");
		assertThat(deletes).extracting((change) -> change.get("table").asString())
			.containsExactly("comments", "comments", "posts");
	}

	@Test
	void aPostOfADeviceIsAnEntity() {
		UUID id = UUID.randomUUID();
		JsonNode status = this.device.insert("posts",
				new JsonMapper().createObjectNode().put("id", id.toString()).put("title", "of the phone"));
		assertThat(status.get("status").asString()).isEqualTo("applied");
		assertThat(this.device.downloadOne().at("/payload/created_at").asString()).isNotEmpty();
		this.service.rename(id, "of the application");
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("of the application");
	}

	@Test
	void aTransactionThatReadThePostBeforeAnUploadFails() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		JsonNode row = this.device.downloadOne();
		assertThatExceptionOfType(ObjectOptimisticLockingFailureException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				Post post = this.posts.findById(id).orElseThrow();
				assertThat(this.device.edit(row, "title", "of the phone").get("status").asString())
					.isEqualTo("applied");
				post.rename("of the application");
			}));
		assertThat(column("title", id)).isEqualTo("of the phone");
		assertThat(this.device.download()).isEmpty();
	}

	@Test
	void aDetachedPostThatWasReadBeforeAnUploadIsNotMerged() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		JsonNode row = this.device.downloadOne();
		Post detached = this.posts.findById(id).orElseThrow();
		this.device.edit(row, "title", "of the phone");
		detached.rename("of the application");
		assertThatExceptionOfType(ObjectOptimisticLockingFailureException.class)
			.isThrownBy(() -> this.posts.save(detached));
		assertThat(column("title", id)).isEqualTo("of the phone");
	}

	@Test
	void aPostThatADeviceDeletesMeanwhileDoesNotComeBack() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		JsonNode row = this.device.downloadOne();
		Post detached = this.posts.findById(id).orElseThrow();
		assertThat(this.device.delete(row).get("status").asString()).isEqualTo("applied");
		detached.rename("of the application");
		assertThatExceptionOfType(ObjectOptimisticLockingFailureException.class)
			.isThrownBy(() -> this.posts.save(detached));
		assertThat(this.posts.existsById(id)).isFalse();
	}

	/**
	 * The service finds what the controller has read, also in a transaction of its own.
	 */
	@Test
	void anOpenViewThatReadThePostBeforeAnUploadIsAnswered409() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		JsonNode row = this.device.downloadOne();
		PostAccess access = application.bean(PostAccess.class);
		access.meanwhile = () -> this.device.edit(row, "title", "of the phone");
		try {
			assertThat(this.device.call("PUT", "/posts/" + id + "/title?title=web")).isEqualTo(409);
		}
		finally {
			access.meanwhile = () -> {
			};
		}
		assertThat(column("title", id)).isEqualTo("of the phone");
		assertThat(this.device.call("PUT", "/posts/" + id + "/title?title=web")).isEqualTo(200);
		assertThat(column("title", id)).isEqualTo("web");
	}

	@Test
	void anUploadOfAnOlderVersionIsAConflictWithTheEntity() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		JsonNode row = this.device.downloadOne();
		this.service.rename(id, "of the application");
		JsonNode status = this.device.edit(row, "title", "of the phone");
		assertThat(status.get("status").asString()).isEqualTo("conflict");
		assertThat(status.at("/server_row/payload/title").asString()).isEqualTo("of the application");
		assertThat(column("title", id)).isEqualTo("of the application");
	}

	@Test
	void whatIsRolledBackReachesNoDevice() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			this.posts.saveAndFlush(new Post(this.device.user(), "rolled back"));
			throw new IllegalStateException();
		}));
		assertThat(this.device.download()).isEmpty();
		this.service.write(this.device.user(), "committed");
		assertThat(this.device.downloadOne().at("/payload/title").asString()).isEqualTo("committed");
	}

	@Test
	void whatAJobUpdatesInBulkReachesTheDevice() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		this.device.download();
		this.service.schedule(id);
		Awaitility.await()
			.until(() -> this.device.download()
				.stream()
				.anyMatch((change) -> change.at("/payload/status").asString().equals("published")));
		assertThat(column("version", id)).isEqualTo("2");
	}

	@Test
	void whatIsSavedInBulkReachesTheDevice() {
		this.posts.saveAll(List.of(new Post(this.device.user(), "one"), new Post(this.device.user(), "two")));
		assertThat(this.device.download()).extracting((change) -> change.at("/payload/title").asString())
			.containsExactlyInAnyOrder("one", "two");
	}

	@Test
	void aSoftDeleteIsAnUpdate() {
		Label label = this.labels.save(new Label(this.device.user(), "urgent", "red"));
		this.device.download();
		this.labels.deleteById(label.getId());
		JsonNode change = this.device.downloadOne();
		assertThat(change.get("op").asString()).isEqualTo("UPDATE");
		assertThat(change.at("/payload/deleted").asInt()).isEqualTo(1);
	}

	@Test
	void withoutAVersionADynamicUpdateLeavesOtherColumnsToDevices() {
		UUID id = this.labels.save(new Label(this.device.user(), "urgent", "red")).getId();
		JsonNode row = this.device.downloadOne();
		this.transaction.executeWithoutResult((status) -> {
			Label label = this.labels.findById(id).orElseThrow();
			this.device.edit(row, "colour", "blue");
			label.rename("very urgent");
		});
		JsonNode payload = this.device.downloadOne().get("payload");
		assertThat(payload.get("name").asString()).isEqualTo("very urgent");
		assertThat(payload.get("colour").asString()).isEqualTo("blue");
	}

	@Test
	void anUploadIsSeenByAPersistenceContextThatIsRefreshed() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		JsonNode row = this.device.downloadOne();
		this.transaction.executeWithoutResult((status) -> {
			Post post = this.posts.findById(id).orElseThrow();
			this.device.edit(row, "title", "of the phone");
			assertThat(this.posts.findById(id).orElseThrow().getTitle()).isEqualTo("Hello");
			application.bean(EntityManager.class).refresh(post);
			assertThat(post.getTitle()).isEqualTo("of the phone");
			post.rename("of both");
		});
		assertThat(column("title", id)).isEqualTo("of both");
	}

	@Test
	void whatAHandlerChangesInAnotherTableComesBack() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		this.device.download();
		JsonNode status = this.device.insert("likes",
				new JsonMapper().createObjectNode()
					.put("id", UUID.randomUUID().toString())
					.put("post_id", id.toString()));
		assertThat(status.get("status").asString()).isEqualTo("applied");
		assertThat(this.device.downloadOne().at("/payload/likes").asInt()).isEqualTo(1);
		assertThat(column("version", id)).isEqualTo("1");
	}

	@Test
	void anUploadLeavesTheTimeOfTheApplicationsLastUpdate() {
		UUID id = this.service.write(this.device.user(), "Hello").getId();
		Object written = column("updated_at", id);
		assertThat(written).isNotNull();
		this.device.edit(this.device.downloadOne(), "title", "of the phone");
		assertThat(column("updated_at", id)).isEqualTo(written);
		this.service.rename(id, "of the application");
		assertThat(column("updated_at", id)).isNotEqualTo(written);
	}

	@Test
	void anEntityWithAnAssignedIdIsNew() {
		assertThat(JpaEntityInformationSupport.getEntityInformation(Post.class, application.bean(EntityManager.class))
			.isNew(new Post("ann", "Hello"))).isTrue();
	}

}
