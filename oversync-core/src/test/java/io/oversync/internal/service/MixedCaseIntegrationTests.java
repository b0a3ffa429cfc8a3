/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.store.SyncedTableStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tables and columns whose names have upper case, and clients that send lower case.
 */
@ExtendWith(OutputCaptureExtension.class)
class MixedCaseIntegrationTests {

	private static final String DDL = """
			create schema "Legacy";
			create table "Legacy"."UserProfile" ("Id" uuid primary key, "ownerId" text not null, "displayName" text,
			  "createdAt" timestamptz, "readOnly" text default 'kept', "Twin" text, twin text);
			create table "Legacy"."Post" ("Id" uuid primary key, "ownerId" text not null, title text,
			  "authorId" uuid references "Legacy"."UserProfile" on delete set null deferrable initially deferred);
			""";

	private static final String PROFILE = "legacy.userprofile";

	private static final String POST = "legacy.post";

	private final TestEngine engine = TestEngine.start(DDL, "\"Legacy\".\"UserProfile\"(OWNERID)[readonly]",
			"\"Legacy\".\"Post\"(ownerid)");

	private final Device phone = this.engine.device("ann/phone");

	private final UUID profile = UUID.randomUUID();

	private final UUID post = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void membersInLowerCaseReachTheirColumns() {
		this.phone.upsert(PROFILE, this.profile, 0,
				"{\"displayname\":\"Ann\",\"createdat\":\"2025-09-16 10:00:00\",\"readonly\":\"no\",\"ownerid\":\"x\"}")
			.upsert(POST, this.post, 0, "{\"title\":\"t\",\"authorid\":\"" + this.profile + "\"}");
		assertThat(this.phone.upload()).containsExactly("applied 1", "applied 1");
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("""
				select concat_ws('|', "ownerId", "displayName", extract(epoch from "createdAt")::bigint, "readOnly")
				  from "Legacy"."UserProfile" """)).containsExactly("ann|Ann|1758016800|kept");
		assertThat(this.engine.query("select \"authorId\" from \"Legacy\".\"Post\""))
			.containsExactly(this.profile.toString());
		assertThat(this.engine.service().registeredTables()).containsExactly(PROFILE, POST);
	}

	@Test
	void anExactMemberWinsAndALaterImageOverridesAnotherSpelling() {
		this.phone.upsert(PROFILE, this.profile, 0, "{\"displayName\":\"exact\",\"displayname\":\"other\"}").upload();
		assertThat(displayName()).isEqualTo("exact");
		this.phone.upsert(PROFILE, this.profile, 1, "{\"displayName\":\"first\"}")
			.upsert(PROFILE, this.profile, 2, "{\"displayname\":\"second\"}")
			.upload();
		assertThat(displayName()).isEqualTo("second");
	}

	@Test
	void columnsThatDifferOnlyInCaseTakeExactMembersOnlyAndAreWarnedAbout(CapturedOutput output) {
		this.phone.upsert(PROFILE, this.profile, 0, "{\"Twin\":\"upper\",\"twin\":\"lower\",\"TWIN\":\"none\"}")
			.upload();
		assertThat(this.engine.query("select \"Twin\" || twin from \"Legacy\".\"UserProfile\""))
			.containsExactly("upperlower");
		new CatalogReader(this.engine.dataSource(), new SyncedTableStore(this.engine.dataSource()))
			.read(List.of(registration("\"Legacy\".\"UserProfile\"")));
		assertThat(output).contains("differ in nothing but case: [Twin, twin]");
	}

	@Test
	void aReferenceToAMissingRowIsFoundInAnySpelling() {
		String orphan = "{\"AUTHORID\":\"" + UUID.randomUUID() + "\"}";
		assertThat(this.phone.upsert(POST, this.post, 0, orphan).upload()).containsExactly("FkMissing");
		assertThat(this.phone.upsert(POST, this.post, 0, "{\"authorid\":7}").upload()).containsExactly("BadPayload");
	}

	@Test
	void aReferenceThatTheServerTakesAwayKeepsTheSpellingOfTheDevice() {
		uploadBoth("authorid");
		this.phone.delete(PROFILE, this.profile, 1).upload();
		assertThat(lastPayload()).isEqualTo("{\"title\":\"t\",\"authorid\":null}");
		assertThat(this.engine.query("select \"authorId\" from \"Legacy\".\"Post\"")).containsOnlyNulls();
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aReferenceThatIsSpelledLikeTheColumnStaysSo() {
		uploadBoth("authorId");
		this.phone.delete(PROFILE, this.profile, 1).upload();
		assertThat(lastPayload()).isEqualTo("{\"title\":\"t\",\"authorId\":null}");
	}

	/** In this case children are found by their payloads. */
	@Test
	void childrenOfATableThatIsNotMaterialisedAreFoundInAnySpelling() {
		try (TestEngine other = TestEngine.start(DDL, "\"Legacy\".\"UserProfile\"(OWNERID)",
				"\"Legacy\".\"Post\"(ownerid)!")) {
			Device device = other.device("ann/phone");
			device.upsert(PROFILE, this.profile, 0, "{}")
				.upsert(POST, this.post, 0, "{\"AuthorID\":\"" + this.profile + "\"}")
				.upload();
			device.delete(PROFILE, this.profile, 1).upload();
			assertThat(device.stream().get(2).payload()).isNotNull()
				.satisfies((payload) -> assertThat(payload.text()).isEqualTo("{\"AuthorID\":null}"));
		}
	}

	@Test
	void aMissingTableIsNamedAsItIsWritten() {
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(
					() -> new CatalogReader(this.engine.dataSource(), new SyncedTableStore(this.engine.dataSource()))
						.read(List.of(registration("\"Legacy\".\"Other\""))))
			.withMessageContaining("\"Legacy\".\"Other\"");
	}

	@Test
	void theCatalogHasTheRealNames() {
		SyncedTable table = new CatalogReader(this.engine.dataSource(), new SyncedTableStore(this.engine.dataSource()))
			.read(List.of(registration("\"Legacy\".\"Post\"")))
			.tables()
			.iterator()
			.next();
		assertThat(table.relation()).hasToString("\"Legacy\".\"Post\"");
		assertThat(table.ownerColumn()).isEqualTo("ownerId");
		assertThat(table.keyColumn()).isEqualTo("Id");
	}

	private static TableRegistration registration(String name) {
		Relation relation = Relation.parse(name);
		return new TableRegistration(relation.tableName(), "ownerid", true, Set.of(), relation);
	}

	private void uploadBoth(String member) {
		this.phone.upsert(PROFILE, this.profile, 0, "{}")
			.upsert(POST, this.post, 0, "{\"title\":\"t\",\"" + member + "\":\"" + this.profile + "\"}")
			.upload();
	}

	private String lastPayload() {
		return this.phone.stream()
			.stream()
			.filter((change) -> change.table().table().equals("post") && change.serverVersion() == 2)
			.map((change) -> String.valueOf((change.payload() != null) ? change.payload().text() : null))
			.findFirst()
			.orElseThrow();
	}

	private String displayName() {
		return String.valueOf(this.engine.query("select \"displayName\" from \"Legacy\".\"UserProfile\"").get(0));
	}

}
