/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

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

	private final boolean application;

	private final Nemesis nemesis;

	private final TableModels tables;

	private final boolean watching;

	private final @Nullable SecondNode node;

	/**
	 * Creates a server.
	 * @param target its address
	 * @param databaseUrl its database, to look at its tables, or null
	 * @param application whether it captures what the application writes, and so an
	 * application writes rows, too
	 * @param nemesis the disturbances that it may suffer
	 */
	ChaosServer(SyncTarget target, @Nullable String databaseUrl, boolean application, Nemesis nemesis) {
		this(target, databaseUrl, application, nemesis, null);
	}

	/**
	 * Creates a server of which another node may run.
	 * @param target its address
	 * @param databaseUrl its database, to look at its tables, or null
	 * @param application whether it captures what the application writes
	 * @param nemesis the disturbances that it may suffer
	 * @param node another node on the same database, or null
	 */
	ChaosServer(SyncTarget target, @Nullable String databaseUrl, boolean application, Nemesis nemesis,
			@Nullable SecondNode node) {
		this.node = node;
		this.target = target;
		this.databaseUrl = databaseUrl;
		this.application = application;
		this.nemesis = nemesis;
		this.tables = target.registeredTables();
		this.watching = target.hasFeature("watch");
	}

	/**
	 * Takes a foreign server, which is left running.
	 * @param target the server
	 * @param databaseUrl its database, to look at its tables, or null
	 * @return the server
	 */
	public static ChaosServer foreign(SyncTarget target, @Nullable String databaseUrl) {
		return new ChaosServer(target, databaseUrl, false, Nemesis.none());
	}

	/**
	 * Takes a server that may be killed, whose connections may be cut, and that captures
	 * what an application writes to its database.
	 * @param server the server
	 * @return the server
	 */
	public static ChaosServer own(KillableServer server) {
		return new ChaosServer(server.target(), server.jdbcUrl(), true, Nemesis.of(server, null));
	}

	/**
	 * Takes a server as {@link #own(KillableServer)} does, and another node on its
	 * database, which goes on while the former is killed.
	 * @param server the server
	 * @param node the other node
	 * @return the server
	 */
	public static ChaosServer own(KillableServer server, SecondNode node) {
		return new ChaosServer(server.target(), server.jdbcUrl(), true,
				Nemesis.of(server, node).withRemoved(node::removed), node);
	}

	boolean application() {
		return this.application;
	}

	/** Returns the disturbances that are possible. */
	Set<Disturbance.Kind> disturbances() {
		Set<Disturbance.Kind> kinds = new TreeSet<>(this.nemesis.means().keySet());
		if (this.node != null) {
			kinds.add(Disturbance.Kind.COMPACT);
			kinds.add(Disturbance.Kind.EXPIRE_TOMBSTONES);
		}
		return kinds;
	}

	Setting setting(Path folder) {
		return new Setting(this.target, this.databaseUrl, this.application, this.nemesis, this.tables, folder,
				ClientSetting.USUAL, this.watching, this.node);
	}

}
