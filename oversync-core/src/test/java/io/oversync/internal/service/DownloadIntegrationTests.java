/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages are read from the database completely, whatever the size of their rows.
 */
class DownloadIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text);
			create table app.list (id uuid primary key, owner_id text not null, body text);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)", "app.list(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	private final Device tablet = this.engine.device("alice/tablet");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/** Far more rows than are fetched at once, of unpredictable sizes. */
	@Test
	void hasEveryPayloadOfAnySizeInItsPlace() {
		List<String> payloads = new ArrayList<>();
		for (int i = 0; i < 900; i++) {
			int size = (i % 300 < 200) ? i : 40_000;
			payloads.add("{\"body\":\"" + i + " é😀 " + "x".repeat(size) + "\"}");
			this.phone.upsert("app.note", UUID.randomUUID(), 0, payloads.get(i));
		}
		this.phone.upload();

		List<DownloadedChange> changes = new ArrayList<>();
		DownloadWindow window = page(0, 899, changes);

		assertThat(window).isEqualTo(new DownloadWindow(true, 899, 900));
		assertThat(changes).extracting(DownloadedChange::serverId).startsWith(1L).endsWith(899L).isSorted();
		assertThat(changes).extracting((change) -> change.payload().text()).isEqualTo(payloads.subList(0, 899));
	}

	@Test
	void namesTablesAndSourcesOfEachChange() {
		UUID note = UUID.randomUUID();
		this.phone.upsert("app.note", note, 0, "{}").upload();
		this.tablet.upsert("app.note", note, 1, "{}").upsert("app.list", UUID.randomUUID(), 0, "{}").upload();
		this.phone.delete("app.note", note, 2).upload();

		assertThat(this.phone.history()).containsExactly("UPDATE note 1 by phone", "UPDATE note 2 by tablet",
				"UPDATE list 1 by tablet", "DELETE note 3 by phone");
	}

	@Test
	void namesATableThatIsNoLongerRegistered() {
		this.phone.upsert("app.note", UUID.randomUUID(), 0, "{}").upload();
		this.engine.execute("insert into sync.synced_table (schema_name, table_name) values ('old', 'gone')");
		this.engine.execute(
				"""
						update sync.change set table_id = (select table_id from sync.synced_table where table_name = 'gone')""");

		assertThat(this.tablet.stream()).extracting((change) -> change.table().toString()).containsExactly("old.gone");
	}

	@Test
	void looksUpTheNamesOfManyDevicesAtOnce() {
		List<String> history = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			this.engine.device("alice/device-" + i).upsert("app.note", UUID.randomUUID(), 0, "{}").upload();
			history.add("UPDATE note 1 by device-" + i);
		}
		QueryCountHolder.clear();
		assertThat(this.phone.history()).isEqualTo(history);
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("the page, and names").isEqualTo(2);
	}

	@Test
	void takesOneStatementToFindNothing() {
		this.phone.upsert("app.note", UUID.randomUUID(), 0, "{}").upload();

		QueryCountHolder.clear();
		assertThat(page(1, 100, new ArrayList<>())).isEqualTo(new DownloadWindow(false, 1, 1));
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).isEqualTo(1);
	}

	@Test
	void takesOneStatementForAPageOfSmallRows() {
		for (int i = 0; i < 1500; i++) {
			this.phone.upsert((i % 2 == 0) ? "app.note" : "app.list", UUID.randomUUID(), 0, "{}");
		}
		this.phone.upload();

		for (int limit : new int[] { 1, 100, 1000 }) {
			QueryCountHolder.clear();
			assertThat(page(0, limit, new ArrayList<>())).isEqualTo(new DownloadWindow(true, limit, 1500));
			assertThat(QueryCountHolder.getGrandTotal().getTotal()).isEqualTo(1);
		}
	}

	private DownloadWindow page(long after, int limit, List<DownloadedChange> changes) {
		return this.engine.service()
			.download(this.tablet.actor(), new DownloadRequest(after, limit, null, false, 0), changes::add);
	}

}
