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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The everyday syncs of devices in the field, on two devices of the same kind or of
 * different ones.
 */
@Tag("prove")
class OrdinaryLifeInTheFieldIntegrationTests {

	private static final int ROUNDS = 4;

	static ApplicationServer server;

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

	static Stream<Arguments> pairs() {
		return Stream.of(FieldClient.values())
			.flatMap((one) -> Stream.of(FieldClient.values())
				.flatMap((two) -> Stream.of(true, false).map((keepLocal) -> Arguments.of(one, two, keepLocal))));
	}

	static Stream<Arguments> pairsThatKeepEdits() {
		return pairs().filter((pair) -> pair.get()[1] != FieldClient.GO_EARLY);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void newRows(FieldClient first, FieldClient second, boolean keepLocal) {
		open(first, second, keepLocal);
		for (FieldDevice device : new FieldDevice[] { this.one, this.two }) {
			for (int i = 0; i < 7; i++) {
				String user = Account.insertUser(device, "u" + i);
				Account.insertPost(device, "p" + i, user);
				String person = Account.insertPerson(device, "p" + i);
				Account.insertComment(device, "c" + i, person);
			}
			String root = Account.insertCategory(device, "root", null);
			Account.insertCategory(device, "leaf", root);
		}
		settle(second);
		assertThat(this.account.serverRows()).hasSize(60);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void editsOfOwnRows(FieldClient first, FieldClient second, boolean keepLocal) {
		open(first, second, keepLocal);
		String user = Account.insertUser(this.one, "u");
		Account.insertPost(this.one, "p", user);
		share();
		for (int i = 0; i < 3; i++) {
			this.one.execute("UPDATE users SET name = ? WHERE id = ?", "edit" + i, user);
			this.account.sync(1);
			this.one.execute("UPDATE posts SET title = ?", "edit" + i);
			this.account.sync(1);
		}
		settle(second);
		assertThat(this.account.serverRows()).first().asString().contains("edit2");
	}

	@ParameterizedTest
	@MethodSource("pairsThatKeepEdits")
	void editsOfTheOthersRows(FieldClient first, FieldClient second, boolean keepLocal) {
		open(first, second, keepLocal);
		String user = Account.insertUser(this.one, "u");
		Account.insertPost(this.one, "p", user);
		share();
		for (int i = 0; i < 3; i++) {
			this.two.execute("UPDATE users SET name = ? WHERE id = ?", "edit" + i, user);
			this.account.sync(2);
		}
		settle(second);
		assertThat(this.account.serverRows()).last().asString().contains("edit2");
	}

	/** A fault of that client with any server, which affects the other devices. */
	@ParameterizedTest
	@EnumSource
	void theEarlyGoClientOverwritesItsEditOfTheOthersRow(FieldClient first) {
		open(first, FieldClient.GO_EARLY, false);
		String user = Account.insertUser(this.one, "u");
		share();
		this.two.execute("UPDATE users SET name = 'edited' WHERE id = ?", user);
		this.account.sync(ROUNDS);
		assertThat(this.account.serverRows()).isEqualTo(this.one.rows()).first().asString().contains("edited");
		assertThat(this.two.rows()).first().asString().contains(" u ");
		editOnAThirdDevice(user);
		settle(first);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void conflicts(FieldClient first, FieldClient second, boolean keepLocal) {
		open(first, second, keepLocal);
		String user = Account.insertUser(this.one, "u");
		Account.insertPost(this.one, "p", user);
		share();
		this.one.execute("UPDATE users SET name = 'one' WHERE id = ?", user);
		this.two.execute("UPDATE users SET name = 'two' WHERE id = ?", user);
		this.account.sync(ROUNDS);
		assertThat(this.account.serverRows()).last().asString().contains(keepLocal ? "two" : "one");
		if (keepLocal && !second.isKotlin()) {
			// which has downloaded the other version over the one that it keeps
			editOnAThirdDevice(user);
		}
		settle(second);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void deletes(FieldClient first, FieldClient second, boolean keepLocal) {
		open(first, second, keepLocal);
		String user = Account.insertUser(this.one, "u");
		String post = Account.insertPost(this.one, "p", user);
		String root = Account.insertCategory(this.one, "root", null);
		String leaf = Account.insertCategory(this.one, "leaf", root);
		String person = Account.insertPerson(this.one, "p");
		Account.insertComment(this.one, "c", person);
		share();
		Account.delete(this.two, "posts", post);
		Account.delete(this.two, "users", user);
		Account.delete(this.one, "categories", leaf, root);
		Account.delete(this.one, "person", person);
		settle(second);
		assertThat(this.account.serverRows()).isEmpty();
	}

	/** The resolver of some clients cannot keep a row that was deleted there. */
	@ParameterizedTest
	@MethodSource("pairs")
	void aDeleteAgainstAnEdit(FieldClient first, FieldClient second, boolean keepLocal) {
		boolean resolverWorks = second == FieldClient.GO_LATE || second == FieldClient.KOTLIN_0_6;
		open(first, second, keepLocal && resolverWorks);
		String user = Account.insertUser(this.one, "u");
		String other = Account.insertUser(this.one, "other");
		share();
		Account.delete(this.one, "users", user);
		this.two.execute("UPDATE users SET name = 'edited' WHERE id = ?", user);
		this.one.execute("UPDATE users SET name = 'edited' WHERE id = ?", other);
		Account.delete(this.two, "users", other);
		settle(second);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void lostAnswers(FieldClient first, FieldClient second, boolean keepLocal) {
		open(first, second, keepLocal);
		String user = Account.insertUser(this.one, "u");
		String gone = Account.insertUser(this.one, "gone");
		loseAnswer(this.one);
		share();
		this.one.execute("UPDATE users SET name = 'edited' WHERE id = ?", user);
		Account.delete(this.one, "users", gone);
		loseAnswer(this.one);
		this.one.execute("UPDATE users SET name = 'again' WHERE id = ?", user);
		loseAnswer(this.one);
		settle(second);
		assertThat(this.account.serverRows()).hasSize(1).first().asString().contains("again");
	}

	private void editOnAThirdDevice(String user) {
		FieldDevice third = this.account.open(FieldClient.KOTLIN_0_6, "third", 10);
		third.sync();
		third.execute("UPDATE users SET name = 'last' WHERE id = ?", user);
	}

	private static void loseAnswer(FieldDevice device) {
		device.loseNextAnswer();
		assertThatThrownBy(device::sync).isInstanceOf(FieldWire.LostAnswerException.class);
	}

	private void open(FieldClient first, FieldClient second, boolean keepLocal) {
		this.one = this.account.open(first, "one", 10, keepLocal);
		this.two = this.account.open(second, "two", 10, keepLocal);
	}

	private void share() {
		this.account.sync(2);
		this.account.assertSettled();
	}

	private void settle(FieldClient client) {
		this.account.settle(client, ROUNDS);
	}

}
