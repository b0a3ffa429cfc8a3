/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * A server for chaos, with its nemesis.
 */
public final class ChaosServer {

	private final SyncTarget target;

	private final @Nullable String databaseUrl;

	private final Nemesis nemesis;

	private final TableModels tables;

	/**
	 * Creates a server.
	 * @param target its address
	 * @param databaseUrl its database, to look at its tables, or null
	 * @param nemesis the disturbances that it may suffer
	 */
	ChaosServer(SyncTarget target, @Nullable String databaseUrl, Nemesis nemesis) {
		this.target = target;
		this.databaseUrl = databaseUrl;
		this.nemesis = nemesis;
		this.tables = target.registeredTables();
	}

	/**
	 * Takes a foreign server, which is left running.
	 * @param target the server
	 * @param databaseUrl its database, to look at its tables, or null
	 * @return the server
	 */
	public static ChaosServer foreign(SyncTarget target, @Nullable String databaseUrl) {
		return new ChaosServer(target, databaseUrl, Nemesis.none());
	}

	/**
	 * Takes a server that may be killed, and whose connections may be cut.
	 * @param server the server
	 * @return the server
	 */
	public static ChaosServer own(KillableServer server) {
		return new ChaosServer(server.target(), server.jdbcUrl(), Nemesis.of(server));
	}

	Nemesis nemesis() {
		return this.nemesis;
	}

	Setting setting(Path folder) {
		return new Setting(this.target, this.databaseUrl, this.nemesis, this.tables, folder, ClientSetting.USUAL);
	}

}
