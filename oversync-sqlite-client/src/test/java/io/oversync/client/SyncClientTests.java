/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two devices of a user.
 */
class SyncClientTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT NOT NULL, stars INTEGER);";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "note").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	@Test
	void whatOneDeviceWritesTheOtherGets() {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'milk', 9007199254740993)");
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
		SyncResult sent = this.phone.client().sync();
		assertThat(sent.upload().applied()).isEqualTo(1);
		assertThat(this.phone.client().status().pending()).isZero();

		SyncResult received = this.tablet.client().sync();
		assertThat(received.download().applied()).isEqualTo(1);
		assertThat(this.tablet.query("SELECT * FROM note")).containsExactly(A + "|milk|9007199254740993");
		assertThat(this.tablet.client().status().pending()).isZero();

		this.tablet.execute("UPDATE note SET title = 'oat milk'");
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT * FROM note")).containsExactly(A + "|oat milk|9007199254740993");

		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT * FROM note")).isEmpty();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(this.server.account("ann").stream()).extracting((entry) -> entry.get("op").asString())
			.isEqualTo(List.of("INSERT", "UPDATE", "DELETE"));
	}

}
