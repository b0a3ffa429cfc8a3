/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application writes reaches devices in the field, whose tables have fewer
 * columns than the server's. Their columns are listed, since some clients fail on others.
 */
@Tag("prove")
class ServerWritesInTheFieldIntegrationTests {

	private static final int ROUNDS = 4;

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	private Account account;

	private FieldDevice one;

	private FieldDevice two;

	@BeforeAll
	static void start() {
		List<String> arguments = new ArrayList<>();
		table(arguments, "users", "owner_id", "id,name,email");
		table(arguments, "posts", "owner_id", "id,title,content,author_id");
		table(arguments, "categories", "owner_id", "id,name,parent_id");
		table(arguments, "person", "owner_user_id", "id,first_name,last_name,email");
		table(arguments, "comment", "owner_user_id", "id,comment,person_id");
		server = ApplicationServer.start(SampleApplication.class, arguments.toArray(String[]::new));
	}

	private static void table(List<String> arguments, String name, String owner, String columns) {
		String prefix = "--oversync.registered-tables[" + arguments.size() / 3 + "].";
		arguments.add(prefix + "name=business." + name);
		arguments.add(prefix + "owner-column=" + owner);
		arguments.add(prefix + "wire.columns=" + columns);
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
			.flatMap((one) -> Stream.of(FieldClient.values()).map((two) -> Arguments.of(one, two)));
	}

	private void write(String... statements) {
		TestPostgres.execute(server.jdbcUrl(),
				Stream.of(statements)
					.map((sql) -> sql.replace(":me", "'" + this.account.user() + "'"))
					.toArray(String[]::new));
	}

	private static String literal(UUID id) {
		return "'" + id + "'";
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void rowsOfTheApplicationAlone(FieldClient first, FieldClient second) {
		String user = literal(UUID.randomUUID());
		String person = literal(UUID.randomUUID());
		String root = literal(UUID.randomUUID());
		write("insert into business.users (id, owner_id, name, email) values (" + user + ", :me, 'u', 'e')",
				"insert into business.posts (id, owner_id, title, content, author_id) values (gen_random_uuid(), :me,"
						+ " 't', 'c', " + user + ")",
				"insert into business.categories values (" + root + ", :me, 'root', null),"
						+ " (gen_random_uuid(), :me, 'leaf', " + root + ")",
				"insert into business.person (id, owner_user_id, first_name, last_name, email) values (" + person
						+ ", :me, 'f', 'l', 'e')",
				"insert into business.comment (id, owner_user_id, comment, person_id) values (gen_random_uuid(), :me,"
						+ " 'c', " + person + ")");
		open(first, second);
		settle(second);
		assertThat(this.account.serverRows()).hasSize(6);
		write("update business.users set name = 'edited' where owner_id = :me",
				"update business.comment set comment = 'edited' where owner_user_id = :me");
		settle(second);
		write("delete from business.person where id = " + person, "delete from business.posts where owner_id = :me",
				"delete from business.users where owner_id = :me");
		settle(second);
		assertThat(this.account.serverRows()).hasSize(2);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void rowsOfDevicesThatTheApplicationWrites(FieldClient first, FieldClient second) {
		open(first, second);
		String user = Account.insertUser(this.one, "u");
		Account.insertPost(this.one, "p", user);
		Account.insertPost(this.one, "q", user);
		String root = Account.insertCategory(this.one, "root", null);
		Account.insertCategory(this.one, "leaf", root);
		share();
		String other = literal(UUID.randomUUID());
		write("insert into business.users (id, owner_id, name, email) values (" + other + ", :me, 'new', 'e')",
				"update business.posts set author_id = " + other + ", updated_at = now() where owner_id = :me"
						+ " and title = 'p'",
				"update business.categories set name = name || ' edited' where owner_id = :me",
				"delete from business.posts where owner_id = :me and title = 'q'");
		settle(second);
		assertThat(this.account.serverRows()).hasSize(5);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void anEditAgainstTheApplications(FieldClient first, FieldClient second) {
		open(first, second);
		String user = Account.insertUser(this.one, "u");
		share();
		write("update business.users set name = 'application' where owner_id = :me");
		this.one.execute("UPDATE users SET name = 'device' WHERE id = ?", user);
		settle(second);
		assertThat(this.account.serverRows()).first().asString().contains("application");
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void aRowThatIsTakenAwayAndComesBack(FieldClient first, FieldClient second) {
		open(first, second);
		String user = Account.insertUser(this.one, "u");
		Account.insertPost(this.one, "p", user);
		share();
		write("update business.posts set owner_id = 'another' where owner_id = :me",
				"update business.users set owner_id = 'another' where id = '" + user + "'");
		settle(second);
		assertThat(this.account.serverRows()).isEmpty();
		write("update business.users set owner_id = :me where id = '" + user + "'",
				"update business.posts set owner_id = :me where author_id = '" + user + "'");
		settle(second);
		assertThat(this.account.serverRows()).hasSize(2);
	}

	private void open(FieldClient first, FieldClient second) {
		this.one = this.account.open(first, "one", 10, false);
		this.two = this.account.open(second, "two", 10, false);
	}

	private void share() {
		this.account.sync(2);
		this.account.assertSettled();
	}

	private void settle(FieldClient client) {
		this.account.settle(client, ROUNDS);
	}

}
