/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows of the server are written into the application's tables.
 */
class ApplyTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String DDL = """
			CREATE TABLE folder (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, place INTEGER NOT NULL DEFAULT 7,
			  price NUMERIC, amount TEXT, ratio REAL, data BLOB, ref BLOB REFERENCES other (id));
			CREATE TABLE file (id TEXT PRIMARY KEY, folder_id TEXT NOT NULL REFERENCES folder (id) ON DELETE CASCADE);
			CREATE TABLE other (id BLOB PRIMARY KEY);""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		// as strict as an application may set it up
		SQLiteConfig config = new SQLiteConfig();
		config.enforceForeignKeys(true);
		SQLiteDataSource strict = new SQLiteDataSource(config);
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "folder", "file", "other");
		strict.setUrl("jdbc:sqlite:" + this.phone.file());
		this.phone.with((builder) -> builder.dataSource(strict)).open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private void folder(String id, String members) {
		this.server.account("ann").change("web", "app.folder", "UPDATE", id, "{\"id\":\"" + id + "\"," + members + "}");
	}

	private void file(String id, String folderId) {
		this.server.account("ann")
			.change("web", "app.file", "UPDATE", id, "{\"id\":\"" + id + "\",\"folder_id\":\"" + folderId + "\"}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"place":9223372036854775807            | place  | 9223372036854775807
			"place":-9223372036854775808           | place  | -9223372036854775808
			"place":true                           | place  | 1
			"price":"12.50"                        | price  | 12.5
			"price":0.1                            | price  | 0.1
			"price":99999999999999999999           | price  | 1.0e+20
			"amount":1.10                          | amount | '1.10'
			"amount":{"a":[1.10,null]}             | amount | '{"a":[1.10,null]}'
			"ratio":1e21                           | ratio  | 1.0e+21
			"ratio":0.30000000000000004            | ratio  | 0.30000000000000004
			"data":"AP8="                          | data   | X'00FF'
			"data":""                              | data   | X''
			"data":null                            | data   | NULL
			"ref":""                               | ref    | NULL
			"ref":"AAAAAAAAAAAAAAAAAAAACg=="       | ref    | X'0000000000000000000000000000000A'
			"ref":"00000000-0000-0000-0000-00000000000a" | ref | X'0000000000000000000000000000000A'
			""")
	void valuesArriveExactly(String member, String column, String literal) {
		folder(A, "\"name\":\"a\"," + member);
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT quote(" + column + ") FROM folder")).containsExactly(literal);
	}

	@ParameterizedTest
	@ValueSource(strings = { "12345678901234567.89", "\"12345678901234567.89\"", "0.1234567890123456789",
			"123456789012345678901234567890" })
	void aDecimalThatSqliteRoundsGoesBackAsItCame(String price) {
		folder(A, "\"name\":\"a\",\"price\":" + price);
		this.phone.client().sync();
		this.phone.reopen();
		this.phone.execute("UPDATE folder SET name = 'b'");
		this.phone.client().sync();
		// the last member: columns that the server's row lacks, and that nothing was
		// written to, are not sent
		assertThat(this.server.account("ann").live().get("app.folder:" + A).toString())
			.endsWith("\"price\":" + price + "}");
		this.phone.execute("UPDATE folder SET price = 1.5");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live().get("app.folder:" + A).toString()).contains("\"price\":1.5}");
	}

	@Test
	void unknownMembersAreIgnoredAndMissingColumnsStayAsTheyAre() {
		folder(A, "\"NAME\":1,\"name\":\"a\",\"place\":3,\"added_later\":{\"x\":1}");
		this.phone.client().sync();
		folder(A, "\"name\":\"b\"");
		this.phone.client().sync();
		folder(B, "\"name\":\"c\"");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT name, place FROM folder ORDER BY id")).containsExactly("b|3", "c|7");
	}

	@Test
	void childrenMayComeBeforeTheirParents() {
		file(B, A);
		folder(A, "\"name\":\"a\"");
		DownloadResult result = this.phone.client().downloadOnce(1);
		assertThat(result.applied()).as("a page of its own").isEqualTo(1);
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT folder_id FROM file")).containsExactly(A);
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
	}

	@Test
	void aParentThatComesAgainKeepsItsChildren() {
		folder(A, "\"name\":\"a\"");
		file(B, A);
		this.phone.client().sync();
		folder(A, "\"name\":\"b\"");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT count(*) FROM file")).containsExactly("1");
	}

	@Test
	void aDeleteOfAParentDoesNotTakeALocalChildAlong() {
		folder(A, "\"name\":\"a\"");
		this.phone.client().sync();
		this.phone.execute("INSERT INTO file VALUES ('" + B + "', '" + A + "')");
		this.server.account("ann").change("web", "app.folder", "DELETE", A, "");
		this.phone.client().downloadOnce(10);
		assertThat(this.phone.query("SELECT count(*) FROM folder")).containsExactly("0");
		assertThat(this.phone.query("SELECT id FROM file")).containsExactly(B);
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
	}

	@Test
	void aRowThatBreaksAConstraintIsHeldAndTheOthersGetThrough() {
		this.phone.execute("INSERT INTO folder (id, name) VALUES ('" + A + "', 'taken')");
		this.phone.client().pauseUploads();
		folder(B, "\"name\":\"taken\"");
		folder("00000000-0000-0000-0000-00000000000c", "\"name\":\"free\"");
		DownloadResult result = this.phone.client().sync().download();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(result.held()).isEqualTo(1);
		assertThat(this.phone.client().status().held()).isEqualTo(1);
		assertThat(this.phone.query("SELECT name FROM folder ORDER BY name")).containsExactly("free", "taken");

		this.phone.execute("UPDATE folder SET name = 'mine' WHERE id = '" + A + "'");
		assertThat(this.phone.client().sync().download().held()).isZero();
		assertThat(this.phone.query("SELECT name FROM folder ORDER BY name")).containsExactly("free", "mine", "taken");
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
	}

	@Test
	void rowsThatExchangeTheirUniqueValuesAreWrittenTogether() {
		folder(A, "\"name\":\"first\",\"place\":1");
		folder(B, "\"name\":\"second\",\"place\":2");
		file(B, A);
		this.phone.client().sync();
		folder(A, "\"name\":\"second\"");
		folder(B, "\"name\":\"first\"");
		assertThat(this.phone.client().sync().download().held()).isZero();
		assertThat(this.phone.query("SELECT name, place FROM folder ORDER BY id")).containsExactly("second|1",
				"first|2");
		assertThat(this.phone.query("SELECT folder_id FROM file")).containsExactly(A);
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aHeldRowIsReplacedByALaterVersion() {
		this.phone.execute("INSERT INTO folder (id, name) VALUES ('" + A + "', 'taken')");
		this.phone.client().pauseUploads();
		folder(B, "\"name\":\"taken\"");
		this.phone.client().sync();
		folder(B, "\"name\":\"free\"");
		assertThat(this.phone.client().sync().download().held()).isZero();
		assertThat(this.phone.query("SELECT name FROM folder ORDER BY name")).containsExactly("free", "taken");
	}

	@Test
	void aRowWhoseUploadIsNotAnsweredWaits() {
		this.phone.execute("INSERT INTO folder (id, name) VALUES ('" + A + "', 'mine')");
		this.phone.client().sync();
		this.phone.execute("UPDATE folder SET name = 'newer'");
		this.server.loseResponse();
		List<SyncException> failures = new ArrayList<>();
		try {
			this.phone.client().uploadOnce();
		}
		catch (NetworkException ex) {
			failures.add(ex);
		}
		assertThat(failures).hasSize(1);
		folder(A, "\"name\":\"web\"");
		DownloadResult result = this.phone.client().downloadOnce(10);
		assertThat(result.conflicts()).isEmpty();
		assertThat(result.held()).isEqualTo(1);
		assertThat(this.phone.query("SELECT name FROM folder")).containsExactly("newer");
		assertThat(this.phone.client().uploadOnce().applied()).isEqualTo(1);
		assertThat(this.phone.query("SELECT name FROM folder")).containsExactly("web");
		assertThat(this.phone.client().status().held()).isZero();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void changesOfTablesThatAreNotSyncedArePassedOver() {
		this.server.account("ann").change("web", "app.unknown", "UPDATE", A, "{\"id\":\"" + A + "\"}");
		this.server.account("ann").change("web", "elsewhere.folder", "UPDATE", A, "{\"id\":\"" + A + "\"}");
		folder(B, "\"name\":\"b\"");
		assertThat(this.phone.client().sync().download().applied()).isEqualTo(1);
	}

	@Test
	void largeRowsMakeSmallPages() {
		String large = "x".repeat(1_000_000);
		for (int i = 0; i < 20; i++) {
			folder("00000000-0000-0000-0000-0000000000" + (10 + i),
					"\"name\":\"" + i + "\",\"amount\":\"" + large + "\"");
		}
		this.phone.client().sync();
		this.server.requests().clear();
		for (int i = 0; i < 20; i++) {
			folder("00000000-0000-0000-0000-0000000000" + (10 + i),
					"\"name\":\"" + i + "\",\"amount\":\"y" + large + "\"");
		}
		this.phone.client().sync();
		assertThat(this.server.requests()).filteredOn((request) -> request.contains("/download")).hasSizeGreaterThan(4);
		assertThat(this.phone.query("SELECT count(*) FROM folder WHERE amount LIKE 'y%'")).containsExactly("20");
	}

}
