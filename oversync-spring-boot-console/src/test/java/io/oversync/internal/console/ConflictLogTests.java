/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Payload;
import io.oversync.protocol.ServerRow;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConflictLogTests {

	private static final TableName TABLE = TableName.parse("app.note");

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final ConflictLog log = new ConflictLog(new Clock() {

		@Override
		public Instant instant() {
			return ConflictLogTests.this.now.get();
		}

		@Override
		public java.time.ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(java.time.ZoneId zone) {
			return this;
		}

	});

	private void upload(String user, int conflicts) {
		List<UploadChange> changes = new ArrayList<>();
		List<ChangeStatus> statuses = new ArrayList<>();
		changes.add(change(UUID.randomUUID()));
		statuses.add(new ChangeStatus.Applied(0, 1));
		for (int i = 0; i < conflicts; i++) {
			UUID pk = UUID.randomUUID();
			changes.add(change(pk));
			statuses.add(new ChangeStatus.Conflict(0, new ServerRow(TABLE, pk, 7, true, Payload.of("{\"secret\":1}"))));
		}
		this.log.uploaded(new SyncActor(user, "phone"), new UploadRequest(0, changes),
				new UploadResponse(true, 1, statuses), 1);
	}

	private static UploadChange change(UUID pk) {
		return new UploadChange(0, "app", "note", "UPDATE", pk.toString(), 3, Payload.of("{\"secret\":1}"));
	}

	@Test
	void notesKeysAndVersionsButNoContents() {
		upload("ann", 1);
		assertThat(this.log.last().conflicts()).singleElement().satisfies((note) -> {
			assertThat(note.user()).isEqualTo("ann");
			assertThat(note.table()).isEqualTo("app.note");
			assertThat(note.expected()).isEqualTo(3);
			assertThat(note.actual()).isEqualTo(7);
			assertThat(note.deleted()).isTrue();
			assertThat(note.toString()).doesNotContain("secret");
		});
	}

	@Test
	void keepsABoundedNumber() {
		upload("ann", 10_000);
		assertThat(this.log.last().conflicts()).hasSize(ConflictLog.MOST_OF_UPLOAD);
		assertThat(this.log.last().total()).isEqualTo(10_000);
		for (int i = 0; i < 600; i++) {
			upload("user" + i, 1);
		}
		assertThat(this.log.last().conflicts()).hasSize(ConflictLog.CAPACITY)
			.first()
			.satisfies((note) -> assertThat(note.user()).isEqualTo("user599"));
	}

	@Test
	void showsThoseOfTheLastDay() {
		upload("ann", 1);
		this.now.updateAndGet((time) -> time.plus(Duration.ofHours(23)));
		upload("ben", 1);
		this.now.updateAndGet((time) -> time.plus(Duration.ofHours(2)));
		assertThat(this.log.last().conflicts()).singleElement()
			.satisfies((note) -> assertThat(note.user()).isEqualTo("ben"));
	}

	@Test
	void anUploadWithoutConflictsLeavesNoTrace() {
		upload("ann", 0);
		assertThat(this.log.last().conflicts()).isEmpty();
		assertThat(this.log.last().total()).isZero();
	}

}
