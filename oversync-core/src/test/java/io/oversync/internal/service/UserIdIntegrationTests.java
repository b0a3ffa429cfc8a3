/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A user has one id, which every owner column can hold.
 */
@ExtendWith(OutputCaptureExtension.class)
class UserIdIntegrationTests {

	private static final String USER = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id uuid not null, body text not null);
			create table app.label (id uuid primary key, owner_id text not null, body text);
			""";

	@ParameterizedTest
	@ValueSource(strings = { "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
			"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}" })
	void spellingsOfAUuidAreOneUser(String spelling) {
		try (TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)", "app.label(owner_id)")) {
			UUID row = UUID.randomUUID();
			Device phone = engine.device(spelling + "/phone");
			phone.upsert("app.note", row, 0, "{\"body\":\"b\"}")
				.upsert("app.label", row, 0, "{\"body\":\"b\"}")
				.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":null}")
				.upload();
			Device tablet = engine.device(USER + "/tablet");
			assertThat(tablet.stream()).hasSize(3);
			assertThat(engine.query("select owner_id::text from app.note union select owner_id from app.label"))
				.containsExactly(USER);
			assertThat(tablet.failures()).hasSize(1).isEqualTo(phone.failures());
			MaterializeFailure failure = engine.failuresOf(phone.actor()).get(0);
			assertThat(engine.service().retryMaterializeFailure(phone.actor(), failure.id()).applied()).isFalse();
			assertThat(phone.delete("app.note", row, 1).delete("app.label", row, 1).upload())
				.containsExactly("applied 2", "applied 2");
			assertThat(engine.query("select id from app.note union select id from app.label")).isEmpty();
			assertThat(engine.query("select user_id from sync.stream")).containsExactly(USER);
		}
	}

	@Test
	void withoutAnOwnerColumnOfTypeUuidIdsAreTakenAsTheyAre() {
		try (TestEngine engine = TestEngine.start(DDL, "app.label(owner_id)")) {
			engine.device("Alice/phone").upsert("app.label", UUID.randomUUID(), 0, "{}").upload();
			assertThat(engine.device("alice/phone").stream()).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			uuid             | alice     | it is no UUID
			varchar(5)       | alicia    | more than 5 characters
			varchar(5)       | `alice  ` | more than 5 characters
			app.lower_name   | Alice     | app.lower_name does not allow it
			app.short_name   | alicia    | more than 5 characters
			app.uuid_name    | alice     | it is no UUID
			""")
	void anIdThatAnOwnerColumnCannotHoldIsRefusedAtOnce(String type, String user, String reason,
			CapturedOutput output) {
		String ddl = """
				create schema app;
				create domain app.lower_name as text check (value = lower(value));
				create domain app.short_name as varchar(5);
				create domain app.uuid_name as uuid;
				create table app.note (id uuid primary key, owner_id %s not null);
				""".formatted(type);
		try (TestEngine engine = TestEngine.start(ddl, "app.note(owner_id)")) {
			Device device = engine.device(user + "/phone");
			SyncActor actor = device.actor();
			SyncService service = engine.service();
			device.upsert("app.note", UUID.randomUUID(), 0, "{}");
			for (ThrowingCallable request : List.<ThrowingCallable>of(device::upload,
					() -> service.upload(actor, new UploadRequest(0, List.of())),
					() -> service.download(actor, new DownloadRequest(0, 10, null, true, 0), (change) -> {
					}), () -> service.materializeFailures(actor, null, null, 1, (failure) -> {
					}), () -> service.retryMaterializeFailure(actor, 1))) {
				assertThatExceptionOfType(SyncException.class).isThrownBy(request)
					.withMessageContainingAll("app.note", reason)
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED));
			}
			assertThat(output.toString().split("Requests of the user \"" + user, -1)).as("said once").hasSize(2);
			assertThat(engine.query("select 1 from sync.stream")).isEmpty();
			String good = type.contains("uuid") ? USER : "alice";
			engine.device(good + "/phone").upsert("app.note", UUID.randomUUID(), 0, "{}").upload();
			assertThat(engine.query("select owner_id from app.note")).containsExactly(good);
		}
	}

	@Test
	void anOwnerColumnThatTakesTwoUsersForOneEndsTheStart() {
		String ddl = """
				create schema app;
				create collation app.lowered (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
				create table app.note (id uuid primary key, owner_id text collate app.lowered not null);
				""";
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> TestEngine.start(ddl, "app.note(owner_id)"))
			.withMessageContainingAll("owner_id", "app.note", "nondeterministic collation", "COLLATE \"C\"");
	}

}
