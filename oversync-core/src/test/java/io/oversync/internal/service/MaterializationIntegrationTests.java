/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationException;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Payload;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows are written to business tables, by the engine or by the application's handlers.
 */
class MaterializationIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, title text not null, body text,
			  size integer generated always as (length(title)) stored, seq bigint generated always as identity,
			  rank integer default 7);
			""";

	private static final UploadSettings DEFAULTS = new UploadSettings(0, false, Duration.ofSeconds(1));

	@Test
	void aPartialPayloadChangesOnlyTheColumnsThatItHas() {
		try (TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			UUID row = UUID.randomUUID();
			phone.upsert("app.note", row, 0, "{\"title\":\"one\",\"body\":\"text\",\"size\":99,\"seq\":99}").upload();
			phone.upsert("app.note", row, 1, "{\"body\":\"changed\"}").upload();
			assertThat(engine.query("select title || body || size || seq || rank from app.note"))
				.containsExactly("onechanged317");
			assertThat(phone.failures()).isEmpty();
		}
	}

	@Test
	void severalChangesOfARowEndInItsLastState() {
		try (TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			UUID row = UUID.randomUUID();
			UUID gone = UUID.randomUUID();
			phone.upsert("app.note", row, 0, "{\"title\":\"one\",\"body\":\"kept\"}")
				.upsert("app.note", gone, 0, "{\"title\":\"gone\"}")
				.upsert("app.note", row, 1, "{\"title\":\"two\"}")
				.delete("app.note", gone, 1);
			assertThat(phone.upload()).containsExactly("applied 1", "applied 1", "applied 2", "applied 2");
			assertThat(engine.query("select title || body from app.note")).containsExactly("twokept");
			phone.delete("app.note", row, 2).upsert("app.note", row, 3, "{\"title\":\"new\"}");
			assertThat(phone.upload()).containsExactly("applied 3", "applied 4");
			assertThat(engine.query("select title || coalesce(body, ' without body') from app.note"))
				.containsExactly("new without body");
		}
	}

	@Test
	void aRowThatComesBackIsLikeNewAndNothingCascades() {
		try (TestEngine engine = TestEngine.start(DDL + """
				create table app.link (id uuid primary key, note_id uuid references app.note on delete cascade);
				""", "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			UUID row = UUID.randomUUID();
			phone.upsert("app.note", row, 0, "{\"title\":\"one\",\"body\":\"text\",\"rank\":1}").upload();
			engine.execute("insert into app.link values (gen_random_uuid(), '" + row + "')");
			phone.delete("app.note", row, 1)
				.upsert("app.note", row, 2, "{\"title\":\"two\",\"rank\":5}")
				.delete("app.note", row, 3)
				.upsert("app.note", row, 4, "{\"title\":\"three\"}");
			assertThat(phone.upload()).containsExactly("applied 2", "applied 3", "applied 4", "applied 5");
			assertThat(engine.query("select title || coalesce(body, '-') || rank from app.note"))
				.containsExactly("three-7");
			assertThat(engine.query("select count(*) from app.link")).containsExactly("1");
			assertThat(phone.failures()).isEmpty();
		}
	}

	@Test
	void aTombstonesConflictShowsTheLastAfterImage() {
		try (TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			UUID row = UUID.randomUUID();
			phone.upsert("app.note", row, 0, "{\"title\" : \"one\"}").upload();
			phone.delete("app.note", row, 1).upload();
			ChangeStatus status = phone.upsert("app.note", row, 0, "{\"title\":\"two\"}").send().statuses().get(0);
			assertThat(status).isInstanceOfSatisfying(ChangeStatus.Conflict.class, (conflict) -> {
				assertThat(conflict.serverRow().deleted()).isTrue();
				assertThat(conflict.serverRow().payload().text()).isEqualTo("{\"title\" : \"one\"}");
			});
		}
	}

	@Test
	void aTableThatIsNotMaterialisedLivesInTheStreamOnly() {
		try (TestEngine engine = TestEngine.start(DDL, "app.note!", "app.unknown!")) {
			Device phone = engine.device("alice/phone");
			assertThat(phone.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":null}")
				.upsert("app.unknown", UUID.randomUUID(), 0, "{}")
				.upload()).containsExactly("applied 1", "applied 1");
			assertThat(engine.query("select count(*) from app.note")).containsExactly("0");
			assertThat(phone.failures()).isEmpty();
			assertThat(phone.stream()).hasSize(2);
		}
	}

	@Test
	void aHandlerWritesItsTableAndSpoilsOnlyTheRowsThatItRefuses() {
		NoteHandler handler = new NoteHandler();
		try (TestEngine engine = TestEngine.start(DDL, List.of(handler), DEFAULTS, "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			UUID row = UUID.randomUUID();
			phone.upsert("app.note", row, 0, "{\"title\":\"good\"}")
				.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"refused\"}")
				.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"broken\"}")
				.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"not there yet\"}");
			assertThat(phone.upload()).containsOnly("applied 1");
			assertThat(handler.written).contains("alice 1 {\"title\":\"good\"}");
			assertThat(engine.query("select count(*) from app.note")).containsExactly("0");
			assertThat(phone.failures()).containsExactlyInAnyOrder("note: no such notes here",
					"note: The application could not write this row", "note: The application could not write this row");
			phone.delete("app.note", row, 1).upload();
			assertThat(handler.written).contains("delete " + row);
		}
	}

	@Test
	void aHandlerForAnUnknownTableEndsTheStart() {
		NoteHandler handler = new NoteHandler();
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> TestEngine.start(DDL, List.of(handler), DEFAULTS))
			.withMessageContaining("app.note");
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> TestEngine.start(DDL, List.of(handler, new NoteHandler()), DEFAULTS, "app.note"))
			.withMessageContaining("two");
	}

	@Test
	void tooManyChangesAreRefusedAltogether() {
		UploadSettings settings = new UploadSettings(2, false, Duration.ofSeconds(1));
		try (TestEngine engine = TestEngine.start(DDL, List.of(), settings, "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			for (int i = 0; i < 3; i++) {
				phone.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"t\"}");
			}
			UploadResponse response = phone.send();
			assertThat(response.accepted()).isFalse();
			assertThat(response.highestServerSeq()).isZero();
			assertThat(response.statuses()).hasSize(3)
				.allSatisfy((status) -> assertThat(((ChangeStatus.Invalid) status).invalid())
					.isEqualTo(new ChangeStatus.InvalidChange.BatchTooLarge(2)));
			assertThat(phone.stream()).isEmpty();
		}
	}

	@Test
	void aSafeWatermarkStaysBelowWhatADeviceHasNotSeen() {
		UploadSettings settings = new UploadSettings(0, true, Duration.ofSeconds(1));
		try (TestEngine engine = TestEngine.start(DDL, List.of(), settings, "app.note(owner_id)")) {
			Device phone = engine.device("alice/phone");
			Device tablet = engine.device("alice/tablet");
			assertThat(watermark(engine, phone, 0)).isEqualTo(1);
			assertThat(watermark(engine, phone, 0)).isEqualTo(2);
			assertThat(watermark(engine, tablet, 0)).as("1 and 2 are the phone's").isZero();
			assertThat(watermark(engine, tablet, 2)).isEqualTo(4);
			assertThat(watermark(engine, phone, 2)).as("3 and 4 are the tablet's").isEqualTo(2);
			assertThat(watermark(engine, phone, 3)).isEqualTo(3);
			assertThat(watermark(engine, phone, 4)).isEqualTo(7);
		}
	}

	/** Uploads one change with a cursor. */
	private static long watermark(TestEngine engine, Device device, long cursor) {
		UploadChange change = new UploadChange(0, "app", "note", "INSERT", UUID.randomUUID().toString(), 0,
				Payload.of("{\"title\":\"t\"}"));
		return engine.service().upload(device.actor(), new UploadRequest(cursor, List.of(change))).highestServerSeq();
	}

	/** Writes nothing and records its calls. */
	private static final class NoteHandler implements MaterializationHandler {

		private final List<String> written = new ArrayList<>();

		@Override
		public String table() {
			return "app.note";
		}

		@Override
		public void upsert(MaterializedRow row) {
			String payload = String.valueOf(row.payload());
			if (payload.contains("refused")) {
				throw new MaterializationException("no such notes here");
			}
			if (payload.contains("broken")) {
				throw new IllegalStateException("select secret from internals");
			}
			if (payload.contains("not there yet")) {
				throw new AssertionError("select secret from internals");
			}
			this.written.add(row.userId() + " " + row.version() + " " + payload);
		}

		@Override
		public void delete(MaterializedRow row) {
			this.written.add("delete " + row.pk());
		}

	}

}
