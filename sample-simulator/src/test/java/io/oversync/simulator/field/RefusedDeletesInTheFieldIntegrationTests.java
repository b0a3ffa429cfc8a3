/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A device in the field deletes rows that others refer to: it takes them back and goes
 * on, whatever the size of its pages.
 */
@Tag("prove")
class RefusedDeletesInTheFieldIntegrationTests {

	private static final int ROUNDS = 4;

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	private Account account;

	private FieldDevice deleter;

	private FieldDevice writer;

	@BeforeAll
	static void start() {
		// for the early clients, which else skip what they have not downloaded
		server = ApplicationServer.start(SampleApplication.class, "--oversync.upload.watermark=safe");
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void create() {
		this.account = new Account(this.folder, server);
	}

	@AfterEach
	void close() {
		this.account.close();
	}

	static Stream<Arguments> clientsAndPages() {
		return Stream.of(FieldClient.values())
			.flatMap((client) -> Stream.of(2, 10, 1000).map((limit) -> Arguments.of(client, limit)));
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aPostThatTheDeviceHasNotSeen(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.deleter, "u");
		share();
		Account.insertPost(this.writer, "p", user);
		this.writer.sync();
		Account.delete(this.deleter, "users", user);
		settle(client);
		assertThat(this.account.serverRows()).hasSize(2);
		assertThat(this.account.serverChanges()).isOne();
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aDeviceThatIsFarBehind(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.deleter, "u");
		share();
		for (int i = 0; i < 300; i++) {
			String other = Account.insertUser(this.writer, "other" + i);
			if (i % 7 == 0) {
				Account.insertPost(this.writer, "other" + i, other);
			}
			if (i % 50 == 9) {
				Account.insertPost(this.writer, "p" + i, user);
			}
		}
		for (int i = 0; i < 3; i++) {
			this.writer.sync();
		}
		Account.delete(this.deleter, "users", user);
		// a page that begins with restores is no full one, and ends a sync of some
		this.account.sync(400 / limit + ROUNDS);
		settle(client);
		assertThat(this.account.serverChanges()).isOne();
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void postsThatAreDeletedHereAndEditedThere(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.deleter, "u");
		String edited = Account.insertPost(this.deleter, "p1", user);
		String other = Account.insertPost(this.deleter, "p2", user);
		share();
		this.writer.execute("UPDATE posts SET title = 'edited' WHERE id = ?", edited);
		this.writer.sync();
		Account.delete(this.deleter, "posts", edited, other);
		Account.delete(this.deleter, "users", user);
		settle(client);
		assertThat(this.account.serverChanges()).isOne();
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aTreeWhoseLeafWasEditedThere(FieldClient client, int limit) {
		open(client, limit);
		String root = Account.insertCategory(this.deleter, "root", null);
		String middle = Account.insertCategory(this.deleter, "middle", root);
		String leaf = Account.insertCategory(this.deleter, "leaf", middle);
		String sibling = Account.insertCategory(this.deleter, "sibling", middle);
		share();
		this.writer.execute("UPDATE categories SET name = 'edited' WHERE id = ?", leaf);
		this.writer.sync();
		Account.delete(this.deleter, "categories", sibling, leaf, middle, root);
		settle(client);
		assertThat(this.account.serverChanges()).isEqualTo(2);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aTreeWhoseMiddleAndLeafWereEditedThere(FieldClient client, int limit) {
		open(client, limit);
		String root = Account.insertCategory(this.deleter, "root", null);
		String middle = Account.insertCategory(this.deleter, "middle", root);
		String leaf = Account.insertCategory(this.deleter, "leaf", middle);
		share();
		this.writer.execute("UPDATE categories SET name = 'edited' WHERE id IN (?, ?)", middle, leaf);
		this.writer.sync();
		Account.delete(this.deleter, "categories", leaf, middle, root);
		settle(client);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aChain(FieldClient client, int limit) {
		open(client, limit);
		List<String> chain = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			chain.add(0, Account.insertCategory(this.deleter, "c" + i, (i > 0) ? chain.get(0) : null));
		}
		share();
		Account.insertCategory(this.writer, "unseen", chain.get(0));
		this.writer.sync();
		Account.delete(this.deleter, "categories", chain.toArray(String[]::new));
		settle(client);
		assertThat(this.account.serverRows()).hasSize(7);
		assertThat(this.account.serverChanges()).isEqualTo(6);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aCircle(FieldClient client, int limit) {
		open(client, limit);
		String first = Account.insertCategory(this.deleter, "first", null);
		String second = Account.insertCategory(this.deleter, "second", first);
		this.deleter.execute("UPDATE categories SET parent_id = ? WHERE id = ?", second, first);
		share();
		Account.insertCategory(this.writer, "unseen", second);
		this.writer.sync();
		this.deleter.execute("DELETE FROM categories");
		settle(client);
		assertThat(this.account.serverRows()).hasSize(3);
		assertThat(this.account.serverChanges()).isEqualTo(2);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void rowsThatAreRefusedInTwoUploads(FieldClient client, int limit) {
		open(client, limit);
		List<String> users = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			users.add(Account.insertUser(this.deleter, "u" + i));
		}
		share();
		users.forEach((user) -> Account.insertPost(this.writer, "p", user));
		this.writer.sync();
		this.deleter.cutOffDownloads(true);
		for (String user : users) {
			Account.delete(this.deleter, "users", user);
			assertThatThrownBy(() -> this.deleter.sync()).isInstanceOf(FieldWire.LostAnswerException.class);
		}
		this.deleter.cutOffDownloads(false);
		settle(client);
		assertThat(this.account.serverChanges()).isEqualTo(4);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void anAnswerThatWasLost(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.deleter, "u");
		String other = Account.insertUser(this.deleter, "other");
		share();
		Account.insertPost(this.writer, "p", user);
		this.writer.sync();
		Account.delete(this.deleter, "users", user, other);
		for (int i = 0; i < 2; i++) {
			this.deleter.loseNextAnswer();
			assertThatThrownBy(() -> this.deleter.sync()).isInstanceOf(FieldWire.LostAnswerException.class);
		}
		settle(client);
		assertThat(this.account.serverRows()).hasSize(2);
		assertThat(this.account.serverChanges()).isOne();
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void anAnswerThatWasLostBeforeADownload(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.deleter, "u");
		share();
		Account.insertPost(this.writer, "p", user);
		this.writer.sync();
		Account.delete(this.deleter, "users", user);
		this.deleter.loseNextAnswer();
		assertThatThrownBy(() -> this.deleter.sync()).isInstanceOf(FieldWire.LostAnswerException.class);
		if (client.isKotlin()) {
			// its delete still waits, so it lets no restore in, and not the post
			assertThatThrownBy(() -> this.deleter.download()).hasMessageContaining("FOREIGN KEY");
		}
		else {
			this.deleter.download();
		}
		settle(client);
		assertThat(this.account.serverRows()).hasSize(2);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void thirtyParents(FieldClient client, int limit) {
		open(client, limit);
		List<String> users = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			users.add(Account.insertUser(this.deleter, "u" + i));
		}
		share();
		users.forEach((user) -> Account.insertPost(this.writer, "p", user));
		this.writer.sync();
		Account.delete(this.deleter, "users", users.toArray(String[]::new));
		this.deleter.sync();
		assertThat(this.account.serverChanges()).isEqualTo(30);
		this.account.sync(8 + 60 / limit);
		assertThat(this.account.serverChanges()).isEqualTo(30);
		settle(client);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void twoDevicesThatDeleteTheSameParent(FieldClient client, int limit) {
		open(client, limit);
		FieldDevice third = this.account.open(client, "third", limit);
		String user = Account.insertUser(this.deleter, "u");
		share();
		Account.insertPost(this.writer, "p", user);
		this.writer.sync();
		Account.delete(this.deleter, "users", user);
		Account.delete(third, "users", user);
		if (client.isKotlin()) {
			// the second delete is a conflict at first, and sent once more
			this.account.syncDespiteFailures(2);
		}
		settle(client);
		assertThat(this.account.serverRows()).hasSize(2);
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aCascadeWithAStaleDeleteOfTheChild(FieldClient client, int limit) {
		open(client, limit);
		String person = Account.insertPerson(this.deleter, "p");
		String comment = Account.insertComment(this.deleter, "c", person);
		share();
		this.writer.execute("UPDATE comment SET comment = 'edited' WHERE id = ?", comment);
		this.writer.sync();
		Account.delete(this.deleter, "person", person);
		settle(client);
		assertThat(this.account.serverRows()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void aDeleteOfTheParentAndAChildThatMovesThere(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.deleter, "u");
		String other = Account.insertUser(this.deleter, "other");
		String post = Account.insertPost(this.deleter, "p", other);
		share();
		this.writer.execute("UPDATE posts SET author_id = ? WHERE id = ?", user, post);
		this.writer.sync();
		Account.delete(this.deleter, "users", user);
		this.deleter.execute("UPDATE posts SET title = 'mine' WHERE id = ?", post);
		settle(client);
	}

	@ParameterizedTest
	@EnumSource
	void anotherDeleteOnceTheChildIsGone(FieldClient client) {
		open(client, 10);
		String user = Account.insertUser(this.deleter, "u");
		share();
		String post = Account.insertPost(this.writer, "p", user);
		this.writer.sync();
		Account.delete(this.deleter, "users", user);
		this.account.sync(ROUNDS);
		Account.delete(this.deleter, "posts", post);
		Account.delete(this.deleter, "users", user);
		settle(client);
		assertThat(this.account.serverRows()).isEmpty();
	}

	private void open(FieldClient client, int limit) {
		this.deleter = this.account.open(client, "deleter", limit);
		this.writer = this.account.open(client.orOneThatKeepsItsEdits(), "writer", limit);
	}

	private void share() {
		this.account.sync(2 + 30 / this.deleter.downloadLimit());
		this.account.assertSettled();
	}

	private void settle(FieldClient client) {
		this.account.settle(client, ROUNDS);
	}

}
