/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
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

/**
 * A device in the field deletes or edits rows that changed elsewhere before, and that
 * others refer to.
 */
@Tag("prove")
class RestoredRowsInTheFieldIntegrationTests {

	private static final int ROUNDS = 5;

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	private Account account;

	private FieldDevice one;

	private FieldDevice two;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
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
			.flatMap((client) -> Stream.of(2, 1000).map((limit) -> Arguments.of(client, limit)));
	}

	/**
	 * A conflict of a parent of a cascade. The Go clients replace the parent, which
	 * deletes the children and queues their deletes: a fault of theirs, on any server.
	 */
	@ParameterizedTest
	@EnumSource
	void aConflictOfTheParentOfACascade(FieldClient client) {
		open(client, 1000);
		String person = Account.insertPerson(this.one, "p");
		Account.insertComment(this.one, "c", person);
		share();
		this.two.execute("UPDATE person SET email = 'two'");
		this.two.sync();
		this.one.execute("UPDATE person SET email = 'one'");
		settle(client);
		assertThat(this.account.serverRows()).hasSize(client.isKotlin() ? 2 : 1);
	}

	/** A restore comes ahead of older entries of the same row. */
	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void olderEntriesOfARestoredRow(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.one, "u");
		String other = Account.insertUser(this.one, "other");
		share();
		Account.insertPost(this.two, "p1", other);
		for (int i = 0; i < 5; i++) {
			this.two.execute("UPDATE users SET name = ? WHERE id = ?", "edit" + i, other);
			this.two.sync();
			Account.insertUser(this.two, "filler" + i);
		}
		Account.insertPost(this.two, "p", user);
		this.two.sync();
		Account.delete(this.one, "users", user);
		settle(client);
	}

	/** The same, in the order in which the parent's delete is queued first. */
	@ParameterizedTest
	@MethodSource("clientsAndPages")
	void onlyTheParentEditedThere(FieldClient client, int limit) {
		open(client, limit);
		String user = Account.insertUser(this.one, "u");
		String post = Account.insertPost(this.one, "p", user);
		share();
		this.two.execute("UPDATE users SET name = 'edited'");
		this.two.sync();
		Account.delete(this.one, "posts", post);
		Account.delete(this.one, "users", user);
		settle(client);
	}

	private void open(FieldClient client, int limit) {
		this.one = this.account.open(client, "one", limit);
		this.two = this.account.open(client.orOneThatKeepsItsEdits(), "two", limit);
	}

	private void share() {
		this.account.sync(2);
		this.account.assertSettled();
	}

	private void settle(FieldClient client) {
		this.account.settle(client, ROUNDS);
	}

}
