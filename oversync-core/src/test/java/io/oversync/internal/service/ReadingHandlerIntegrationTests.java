/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializedRow;
import io.oversync.materialize.ReadingMaterializationHandler;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.service.SyncChecks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the application writes to tables of handlers that read them.
 */
class ReadingHandlerIntegrationTests {

	private static final UUID A = new UUID(0, 10);

	private static final UUID B = new UUID(0, 11);

	private static final UUID C = new UUID(0, 12);

	/** The handler keeps the text apart from its length, and deletes softly. */
	private static final String DDL = """
			create schema app;
			create table app.folder (id uuid primary key, owner text, body text, size int, gone boolean default false,
			  visits int default 0, parent_id uuid references app.folder);
			create table app.note (id uuid primary key, owner text, title text, folder_id uuid references app.folder);
			""";

	private final FolderHandler handler = new FolderHandler();

	private TestEngine engine;

	private Device phone;

	private Device tablet;

	@BeforeEach
	void start() {
		this.engine = TestEngine.start(DDL, List.of(this.handler), new UploadSettings(0, false, Duration.ofSeconds(3)),
				"app.folder(owner)+", "app.note(owner)+");
		this.handler.jdbc = JdbcClient.create(this.engine.engineDataSource());
		this.phone = this.engine.device("ann/phone");
		this.tablet = this.engine.device("ann/tablet");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private static String entry(DownloadedChange change) {
		return change.op() + " " + change.table().table() + " " + change.pk().getLeastSignificantBits() + " v"
				+ change.serverVersion() + " by " + change.sourceId()
				+ ((change.payload() != null) ? " " + change.payload().text() : "");
	}

	private List<String> entries() {
		return this.tablet.stream().stream().map(ReadingHandlerIntegrationTests::entry).toList();
	}

	private List<String> waiting() {
		return this.engine.query("select unnest(pks)::text from sync.captured_row order by 1");
	}

	private void insert(UUID key, String body) {
		this.engine.execute("insert into app.folder (id, owner, body) values ('%s', 'ann', '%s')".formatted(key, body));
	}

	@Test
	void whatTheApplicationWritesComesAsTheHandlerReadsIt() {
		insert(A, "one");
		assertThat(entries()).containsExactly("INSERT folder 10 v1 by server {\"text\": \"one\"}");
		this.engine.execute("update app.folder set body = 'two'");
		assertThat(entries()).hasSize(2).last().isEqualTo("UPDATE folder 10 v2 by server {\"text\": \"two\"}");
		this.engine.execute("update app.folder set visits = visits + 1");
		assertThat(entries()).as("devices do not have it").hasSize(2);
		this.engine.execute("update app.folder set gone = true");
		assertThat(entries()).hasSize(3).last().isEqualTo("DELETE folder 10 v3 by server");
		this.engine.execute("update app.folder set gone = false");
		assertThat(entries()).hasSize(4).last().isEqualTo("INSERT folder 10 v4 by server {\"text\": \"two\"}");
		this.engine.execute("delete from app.folder");
		assertThat(entries()).hasSize(5).last().isEqualTo("DELETE folder 10 v5 by server");
		assertThat(waiting()).isEmpty();
	}

	@Test
	void whatTheHandlerWritesForADeviceIsNoWriteOfTheApplication() {
		assertThat(this.phone.upsert("app.folder", A, 0, "{\"text\":\"phone\",\"more\":1}").upload())
			.containsExactly("applied 1");
		assertThat(waiting()).isEmpty();
		assertThat(entries()).containsExactly("UPDATE folder 10 v1 by phone {\"text\":\"phone\",\"more\":1}");
		assertThat(this.engine.query("select body || size from app.folder")).containsExactly("phone5");
		this.phone.delete("app.folder", A, 1).upload();
		assertThat(waiting()).isEmpty();
		assertThat(entries()).hasSize(2);
	}

	@Test
	void aCheckComparesWhatTheHandlerReads() {
		this.phone.upsert("app.folder", A, 0, "{\"text\": \"phone\",\"more\":1}")
			.upsert("app.folder", B, 0, "{\"text\":\"b\"}")
			.upsert("app.folder", C, 0, "{\"text\":\"c\"}")
			.upload();
		this.phone.delete("app.folder", C, 1).upload();
		assertThat(check()).as("also a row that is deleted softly").isEmpty();
		this.engine.execute("begin; set local session_replication_role = replica;"
				+ " update app.folder set body = 'other' where id = '" + A + "';"
				+ " update app.folder set gone = not gone where id in ('" + B + "', '" + C + "'); commit");
		assertThat(check()).containsExactlyInAnyOrder("10 OTHER_VALUES[text]", "11 MISSING_IN_TABLE[]",
				"12 MISSING_IN_STREAM[]");
	}

	private List<String> check() {
		List<String> rows = new ArrayList<>();
		this.engine.syncEngine()
			.check(SyncChecks.Request.all(new TableName("app", "folder")),
					(row) -> rows.add(row.pk().getLeastSignificantBits() + " " + row.difference() + row.columns()));
		return rows;
	}

	@Test
	void whatTheHandlerWritesToAnotherTableIsTheApplications() {
		this.handler.noting = true;
		this.phone.upsert("app.folder", A, 0, "{\"text\":\"phone\"}").upload();
		assertThat(entries()).hasSize(2).last().asString().startsWith("INSERT note 12 v1 by server").contains("noted");
	}

	@Test
	void anImageWithTheSameJsonIsNoChange() {
		this.phone.upsert("app.folder", A, 0, " { \"text\" :\"phone\"}").upload();
		this.engine.execute("update app.folder set visits = 7");
		assertThat(entries()).hasSize(1);
		this.engine.execute("update sync.stream set adopted = '{}'");
		assertThat(entries()).as("adopted").hasSize(1);
	}

	@Test
	void anUploadOnTopOfAnOlderVersionIsAConflict() {
		this.phone.upsert("app.folder", A, 0, "{\"text\":\"phone\"}").upload();
		this.engine.execute("update app.folder set body = 'app'");
		assertThat(this.phone.upsert("app.folder", A, 1, "{\"text\":\"again\"}").upload())
			.containsExactly("conflict 2");
		assertThat(this.engine.query("select body from app.folder")).containsExactly("app");
		assertThat(this.phone.upsert("app.folder", A, 2, "{\"text\":\"again\"}").upload()).containsExactly("applied 3");
		assertThat(entries()).hasSize(3);
	}

	@Test
	void theHandlerReadsWithTheSettingsOfTheApplication() {
		this.handler.times = true;
		String url = this.engine.jdbcUrl() + "&options=-c%20IntervalStyle=sql_standard";
		try (TestEngine other = TestEngine.on(url, List.of(this.handler), "app.folder(owner)+", "app.note(owner)+")) {
			this.handler.jdbc = JdbcClient.create(other.engineDataSource());
			insert(A, "one");
			assertThat(other.device("ann/tablet").stream().get(0).payload().text()).contains("1 2:00:00");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "throw", "sql", "json" })
	void aRowThatCannotBeReadWaitsWithItsChildrenAndCostsNoOther(String failure) {
		this.handler.failure = failure;
		this.handler.failing.add(A);
		insert(A, "unreadable");
		insert(B, "fine");
		this.engine.execute("insert into app.note values ('%s', 'ann', 'needs it', '%s')".formatted(C, A));
		this.engine.execute("insert into app.note values ('%s', 'ann', 'needs none', null)".formatted(A));
		this.engine.execute("update app.folder set parent_id = '%s' where id = '%s'".formatted(A, B));
		this.engine.execute("insert into app.folder (id, owner, body) values ('%s', 'ann', 'too')".formatted(C));
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.containsExactlyInAnyOrder("INSERT folder 12", "INSERT note 10");
		assertThat(waiting()).containsOnly(A.toString(), B.toString(), C.toString());
		assertThat(((SyncEngine) this.engine.service()).absorbWaiting()).isOne();
		this.handler.failing.clear();
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.hasSize(5)
			.containsSubsequence("INSERT folder 10", "INSERT folder 11")
			.containsSubsequence("INSERT folder 10", "INSERT note 12");
		assertThat(waiting()).isEmpty();
	}

	@Test
	void anUploadOfARowThatCannotBeReadDoesNotOverwriteIt() {
		this.phone.upsert("app.folder", A, 0, "{\"text\":\"phone\"}").upload();
		this.engine.execute("update app.folder set body = 'app'");
		this.handler.failing.add(A);
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.phone.upsert("app.folder", A, 1, "{\"text\":\"again\"}").upload())
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(this.phone.upsert("app.folder", B, 0, "{\"text\":\"other\"}").upload()).containsExactly("applied 1");
		assertThat(entries()).hasSize(2);
		this.handler.failing.clear();
		assertThat(this.phone.upsert("app.folder", A, 1, "{\"text\":\"again\"}").upload())
			.containsExactly("conflict 2");
	}

	@Test
	void aHandlerThatAlwaysFailsIsNotAskedForEachOfManyRows() {
		assertThat(entries()).isEmpty();
		this.handler.all = true;
		this.engine.execute("insert into app.folder (id, owner, body) select gen_random_uuid(), 'ann', 'f'"
				+ " from generate_series(1, 900)");
		assertThat(entries()).isEmpty();
		assertThat(this.handler.calls).isLessThan(40);
		assertThat(waiting()).hasSize(900).doesNotHaveDuplicates();
		this.handler.all = false;
		assertThat(entries()).hasSize(900);
	}

	/** Stores a folder's text with its length. */
	private static final class FolderHandler implements ReadingMaterializationHandler {

		private final Set<UUID> failing = new HashSet<>();

		private String failure = "throw";

		private boolean all;

		private boolean noting;

		private boolean times;

		private int calls;

		private JdbcClient jdbc;

		@Override
		public String table() {
			return "app.folder";
		}

		@Override
		public void upsert(MaterializedRow row) {
			String text = String.valueOf(row.payload()).replaceAll("(?s).*\"text\"\\s*:\\s*\"|\".*", "");
			this.jdbc.sql("""
					insert into app.folder (id, owner, body, size) values (?, ?, ?, length(?))
					on conflict (id) do update set body = excluded.body, size = excluded.size, gone = false""")
				.params(row.pk(), row.userId(), text, text)
				.update();
			if (this.noting) {
				this.jdbc.sql("insert into app.note values (?, ?, 'noted', null)").params(C, row.userId()).update();
			}
		}

		@Override
		public void delete(MaterializedRow row) {
			this.jdbc.sql("update app.folder set gone = true where id = ?").param(row.pk()).update();
		}

		@Override
		public Map<UUID, String> readAll(String userId, List<UUID> keys) {
			this.calls++;
			Map<UUID, String> images = new LinkedHashMap<>();
			for (UUID key : keys) {
				boolean fails = this.all || this.failing.contains(key);
				if (fails && this.failure.equals("throw")) {
					throw new IllegalStateException("cannot read " + key);
				}
				String columns = this.times ? "'text', (interval '1 day 2 hours')::text" : "'text', body";
				String image = fails && this.failure.equals("json") ? "'[1]'"
						: "json_build_object(" + columns + ")::text" + (fails ? " || 1/0" : "");
				this.jdbc.sql("select " + image + " from app.folder where id = ? and owner = ? and not gone")
					.params(key, userId)
					.query(String.class)
					.optional()
					.ifPresent((json) -> images.put(key, json.replace("\" :", "\":")));
			}
			return images;
		}

	}

}
