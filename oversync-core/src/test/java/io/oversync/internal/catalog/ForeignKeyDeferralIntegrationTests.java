/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;
import java.util.Set;

import io.oversync.protocol.TableName;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class ForeignKeyDeferralIntegrationTests {

	private static final List<TableRegistration> REGISTERED = List.of(
			new TableRegistration(TableName.parse("users"), null, true, Set.of()),
			new TableRegistration(TableName.parse("posts"), null, true, Set.of()));

	private final String url = TestPostgres.createDatabase();

	@BeforeEach
	void createTables() {
		TestPostgres.execute(this.url, "create table plans (id uuid primary key)",
				"create table users (id uuid primary key, plan_id uuid constraint unregistered references plans)", """
						create table posts (
						    id uuid primary key,
						    user_id uuid constraint "Plain" references users on delete cascade,
						    editor_id uuid constraint immediate references users deferrable initially immediate)
						""");
	}

	@Test
	void reportsAndAltersNothingUnlessAskedTo(CapturedOutput output) {
		new ForeignKeyDeferral(TestDatabases.dataSource(this.url)).apply(REGISTERED, false);
		assertThat(deferred()).isEmpty();
		assertThat(output).contains("\"Plain\" of public.posts")
			.contains("oversync.foreign-keys.make-deferrable=true")
			.doesNotContain("unregistered")
			.doesNotContain("immediate of");
	}

	@Test
	void makesForeignKeysBetweenRegisteredTablesDeferrable(CapturedOutput output) {
		new ForeignKeyDeferral(TestDatabases.dataSource(this.url)).apply(REGISTERED, true);
		assertThat(deferred()).containsExactly("Plain");
		assertThat(TestDatabases.query(this.url, "select confdeltype from pg_constraint where conname = 'Plain'"))
			.containsExactly("c");
		assertThat(output).contains("is deferrable now");
		new ForeignKeyDeferral(TestDatabases.dataSource(this.url)).apply(REGISTERED, true);
		assertThat(deferred()).containsExactly("Plain");
	}

	@Test
	void makesForeignKeysOfPartitionedTablesDeferrable() {
		TestPostgres.execute(this.url, "drop table posts", """
				create table posts (id uuid primary key, user_id uuid constraint parted references users)
				    partition by hash (id)
				""", "create table posts_0 partition of posts for values with (modulus 1, remainder 0)");
		new ForeignKeyDeferral(TestDatabases.dataSource(this.url)).apply(REGISTERED, true);
		assertThat(deferred()).contains("parted");
	}

	@Test
	void saysWhenTheTableBelongsToSomebodyElse() {
		String role = TestDatabases.createRole(this.url);
		ForeignKeyDeferral deferral = new ForeignKeyDeferral(
				TestDatabases.dataSource(TestDatabases.as(this.url, role)));
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> deferral.apply(REGISTERED, true))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("\"Plain\" of public.posts").contains("must be owner");
				assertThat(ex.getAction()).contains("own the tables");
			});
	}

	private List<String> deferred() {
		return TestDatabases.query(this.url,
				"select conname from pg_constraint where contype = 'f' and condeferred order by 1");
	}

}
