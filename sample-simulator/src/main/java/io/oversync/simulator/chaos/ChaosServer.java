/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.oversync.simulator.device.SampleTable;
import io.oversync.simulator.device.SyncTarget;
import io.oversync.simulator.server.OwnServer;
import org.jspecify.annotations.Nullable;

/**
 * A server for chaos, and what may be done to it.
 */
final class ChaosServer {

	private final SyncTarget target;

	private final @Nullable String databaseUrl;

	private final Nemesis nemesis;

	private final List<SampleTable> tables;

	/**
	 * Creates one.
	 * @param target the server
	 * @param databaseUrl its database, to look at its tables, or null
	 * @param nemesis what may be done to it
	 */
	ChaosServer(SyncTarget target, @Nullable String databaseUrl, Nemesis nemesis) {
		this.target = target;
		this.databaseUrl = databaseUrl;
		this.nemesis = nemesis;
		Set<String> registered = target.registeredTables();
		this.tables = Arrays.stream(SampleTable.values())
			.filter((table) -> registered.contains("business." + table.sqlName()))
			.toList();
	}

	/**
	 * Takes a server that belongs to somebody else: it is left running.
	 * @param target the server
	 * @param databaseUrl its database, to look at its tables, or null
	 * @return the server
	 */
	static ChaosServer foreign(SyncTarget target, @Nullable String databaseUrl) {
		return new ChaosServer(target, databaseUrl, Nemesis.none());
	}

	/**
	 * Takes a server that may be killed, and whose connections may be cut.
	 * @param server the server
	 * @return the server
	 */
	static ChaosServer own(OwnServer server) {
		return new ChaosServer(server.target(), server.jdbcUrl(), Nemesis.of(server));
	}

	Nemesis nemesis() {
		return this.nemesis;
	}

	Setting setting(Path folder) {
		return new Setting(this.target, this.databaseUrl, this.nemesis, this.tables, folder, ClientSetting.USUAL);
	}

}
