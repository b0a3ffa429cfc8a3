/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization.Request;
import io.oversync.service.Rematerialization.Result;
import io.oversync.service.Rematerialization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Rows are written to their tables again from the streams.
 */
class RematerializationIntegrationTests {

	private static final TableName NOTE = new TableName("app", "note");

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, title text,
			  parent_id uuid references app.note);
			create table app.shared (id uuid primary key, title text);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)", "app.shared");

	private final Rematerialization rematerialization = (Rematerialization) this.engine.service();

	private final Device ann = this.engine.device("ann/phone");

	private final Device ben = this.engine.device("ben/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void aColumnThatWasAddedLaterGetsTheValuesThatDevicesHadUploaded() {
		for (int i = 0; i < 1200; i++) {
			this.ann.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"t\",\"extra\":\"" + i + "\"}");
		}
		this.ann.upload();
		this.ben.upsert("app.note", new UUID(2, 0), 0, "{\"title\":\"t\",\"extra\":\"ben's\"}")
			.upsert("app.note", new UUID(2, 1), 0, "{\"title\":\"t\"}")
			.upload();
		this.engine.execute("alter table app.note add column extra text default 'none'");
		assertThat(write(null, false)).isEqualTo(new Result(2, 1202, 0));
		assertThat(this.engine.query("select count(*) from app.note where extra = 'none'")).containsExactly("1");
		assertThat(this.engine.query("select sum(extra::int) from app.note where owner_id = 'ann'"))
			.containsExactly(String.valueOf(1200 * 1199 / 2));
		assertThat(this.engine.query("select extra from app.note where id = '" + new UUID(2, 0) + "'"))
			.containsExactly("ben's");
		assertThat(write(null, false)).as("again").isEqualTo(new Result(2, 1202, 0));
	}

	@Test
	void onlyTheRowsOfOneUserAreWritten() {
		this.ann.upsert("app.note", new UUID(1, 0), 0, "{\"title\":\"t\",\"extra\":\"a\"}").upload();
		this.ben.upsert("app.note", new UUID(2, 0), 0, "{\"title\":\"t\",\"extra\":\"b\"}").upload();
		this.engine.execute("alter table app.note add column extra text");
		assertThat(write("ben", false)).isEqualTo(new Result(1, 1, 0));
		assertThat(write("nobody", false)).isEqualTo(new Result(1, 0, 0));
		assertThat(this.engine.query("select extra from app.note where extra is not null")).containsExactly("b");
	}

	@Test
	void aTableThatCameBackIsFilledAgain() {
		UUID gone = new UUID(1, 5);
		this.ann.upsert("app.note", gone, 0, "{\"title\":\"gone\"}").upload();
		this.ann.delete("app.note", gone, 1).upload();
		for (int i = 0; i < 3; i++) {
			this.ann.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"t\"}");
		}
		this.ann.upload();
		this.engine.execute("drop table app.note");
		assertThatIllegalStateException().isThrownBy(() -> write(null, false)).withMessageContaining("does not exist");
		this.engine.execute("create table app.note (id uuid primary key, owner_id text not null, title text)");
		assertThat(write(null, false)).isEqualTo(new Result(1, 3, 0));
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("3");
	}

	@Test
	void rowsThatFailAreRecordedAndTheOthersWritten() {
		for (int i = 0; i < 5; i++) {
			this.ann.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"" + i + "\"}");
		}
		this.ann.upload();
		this.engine.execute("delete from app.note");
		this.engine.execute("alter table app.note add check (title <> '3')");
		assertThat(write(null, false)).isEqualTo(new Result(1, 4, 1));
		assertThat(this.ann.failures()).hasSize(1);
		this.engine.execute("alter table app.note drop constraint note_title_check");
		assertThat(write(null, true)).isEqualTo(new Result(1, 1, 0));
		assertThat(this.ann.failures()).isEmpty();
		assertThat(write(null, true)).as("none left").isEqualTo(new Result(0, 0, 0));
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("5");
	}

	@Test
	void aRowWhoseDeleteHadFailedIsDeleted() {
		this.ann.upsert("app.note", new UUID(1, 0), 0, "{\"title\":\"t\"}").upload();
		this.engine.execute("create table app.guard (id uuid references app.note)");
		this.engine.execute("insert into app.guard select id from app.note");
		this.ann.delete("app.note", new UUID(1, 0), 1).upload();
		assertThat(this.ann.failures()).hasSize(1);
		assertThat(write(null, false)).isEqualTo(new Result(1, 0, 1));
		this.engine.execute("drop table app.guard");
		assertThat(write(null, false)).isEqualTo(new Result(1, 1, 0));
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("0");
		assertThat(this.ann.failures()).isEmpty();
	}

	/** Parents changed last come last, in another batch. */
	@Test
	void rowsThatNeedALaterOneAreWrittenInTheEnd() {
		UUID parent = new UUID(1, 0);
		this.ann.upsert("app.note", parent, 0, "{\"title\":\"t\",\"parent_id\":null}").upload();
		for (int i = 1; i <= 600; i++) {
			this.ann.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"t\",\"parent_id\":\"" + parent + "\"}");
		}
		this.ann.upload();
		this.ann.upsert("app.note", parent, 1, "{\"title\":\"new\",\"parent_id\":null}").upload();
		this.engine.execute("truncate app.note");
		assertThat(write(null, false)).isEqualTo(new Result(1, 601, 0));
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("601");
		assertThat(this.ann.failures()).isEmpty();
	}

	@Test
	void noRowOfAnotherUserIsTouched() {
		UUID row = new UUID(3, 0);
		this.ann.upsert("app.shared", row, 0, "{\"title\":\"ann's\"}").upload();
		this.ben.upsert("app.shared", row, 0, "{\"title\":\"ben's\"}").upload();
		assertThat(this.ben.failures()).hasSize(1);
		assertThat(this.rematerialization.rematerialize(new Request(new TableName("app", "shared"), null, false)))
			.isEqualTo(new Result(2, 1, 1));
		assertThat(this.engine.query("select title from app.shared")).containsExactly("ann's");
	}

	/** Their after-images do not fit into memory together. */
	@Test
	void largeRowsAreWrittenInSmallerBatches() {
		String text = "x".repeat(3 * 1024 * 1024);
		for (int i = 0; i < 7; i++) {
			this.ann.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"" + text + "\"}").upload();
		}
		this.engine.execute("delete from app.note");
		assertThat(write(null, false)).isEqualTo(new Result(1, 7, 0));
	}

	@Test
	void aTableThatIsNotRegisteredIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> this.rematerialization.rematerialize(new Request(new TableName("app", "other"), null, false)))
			.withMessageContaining("app.other");
	}

	private Result write(@Nullable String userId, boolean failedOnly) {
		return this.rematerialization.rematerialize(new Request(NOTE, userId, failedOnly));
	}

}
