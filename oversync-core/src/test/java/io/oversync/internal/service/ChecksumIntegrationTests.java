/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Operation;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checksums are those of the rows that a device has once it has read the stream.
 */
class ChecksumIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text);
			create table app.list (id uuid primary key, owner_id text not null, body text);
			""";

	private static final ChecksumRequest ALL = new ChecksumRequest(null, Set.of(), null, null, false);

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)", "app.list(owner_id)+");

	private final Device phone = this.engine.device("alice/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private Checksums read(ChecksumRequest request) {
		return this.engine.service().checksums(this.phone.actor(), request);
	}

	private static ChecksumRequest range(UUID from, UUID to) {
		return new ChecksumRequest("app", Set.of(TableName.parse("app.note")), from, to, true);
	}

	/** The rows of a device that has read the whole stream. */
	private Map<UUID, DownloadedChange> rows(String table) {
		Map<UUID, DownloadedChange> rows = new LinkedHashMap<>();
		for (DownloadedChange change : this.phone.stream()) {
			if (change.table().table().equals(table)) {
				rows.put(change.pk(), change);
			}
		}
		rows.values().removeIf((change) -> change.op() == Operation.DELETE);
		return rows;
	}

	private Checksums.Table expected(String table) {
		Map<UUID, DownloadedChange> rows = rows(table);
		long digest = rows.values().stream().mapToLong((row) -> Checksums.digest(row.pk(), row.serverVersion())).sum();
		return new Checksums.Table(new TableName("app", table), rows.size(), digest, null);
	}

	@Test
	void ofARowAreTheBeginningOfItsSha256() {
		assertThat(Checksums.digest(UUID.fromString("550e8400-e29b-41d4-a716-446655440000"), 1))
			.isEqualTo(0x29da41898c22bb4eL);
	}

	@Test
	void areThoseOfLiveRowsInTheirVersionsWithTheHead() {
		List<UUID> keys = new ArrayList<>();
		for (int i = 0; i < 1500; i++) {
			keys.add(UUID.randomUUID());
			this.phone.upsert("app.note", keys.get(i), 0, "{\"body\":\"a\"}");
		}
		this.phone.upload();
		this.phone.upsert("app.note", keys.get(0), 1, "{\"body\":\"b\"}").delete("app.note", keys.get(1), 1).upload();
		this.engine.device("bob/phone").upsert("app.note", UUID.randomUUID(), 0, "{}").upload();
		this.engine.execute("insert into app.list values (gen_random_uuid(), 'alice', 'of the application')");

		Checksums all = read(ALL);
		assertThat(all.tables()).containsExactly(expected("list"), expected("note"));
		assertThat(all.tables()).extracting(Checksums.Table::rows)
			.as("with what was absorbed")
			.containsExactly(1L, 1499L);
		assertThat(all.head()).isEqualTo(this.phone.stream().size());
		assertThat(read(new ChecksumRequest("app", Set.of(TableName.parse("app.list")), null, null, false)).tables())
			.containsExactly(expected("list"));
		assertThat(read(new ChecksumRequest("other", Set.of(), null, null, false)).tables()).isEmpty();
		assertThat(read(range(null, null)).tables().get(0)).as("too many to be listed").isEqualTo(expected("note"));
	}

	@Test
	void canBeHalvedDownToTheRows() {
		for (int i = 0; i < 1500; i++) {
			this.phone.upsert("app.note", UUID.randomUUID(), 0, "{}");
		}
		this.phone.upload();
		UUID middle = new UUID(0x7fffffffffffffffL, -1);
		Checksums.Table low = read(range(null, middle)).tables().get(0);
		Checksums.Table high = read(range(new UUID(0x8000000000000000L, 0), null)).tables().get(0);
		Checksums.Table whole = expected("note");
		assertThat(low.rows() + high.rows()).isEqualTo(whole.rows());
		assertThat(low.digest() + high.digest()).isEqualTo(whole.digest());
		Map<UUID, DownloadedChange> rows = rows("note");
		assertThat(low.entries()).hasSize((int) low.rows()).allSatisfy((entry) -> {
			assertThat(entry.pk().toString()).isLessThanOrEqualTo(middle.toString());
			DownloadedChange change = rows.get(entry.pk());
			assertThat(entry.version()).isEqualTo(change.serverVersion());
			assertThat(entry.serverId()).isEqualTo(change.serverId());
		});
		UUID one = low.entries().get(0).pk();
		assertThat(read(range(one, one)).tables().get(0).entries()).containsExactly(low.entries().get(0));
	}

	@Test
	void ofAUserWithoutAStreamAreEmpty() {
		Checksums none = this.engine.service().checksums(this.engine.device("bob/phone").actor(), ALL);
		assertThat(none.head()).isZero();
		assertThat(none.tables()).extracting(Checksums.Table::rows).containsExactly(0L, 0L);
		assertThat(none.tables()).extracting(Checksums.Table::digest).containsOnly(0L);
	}

}
