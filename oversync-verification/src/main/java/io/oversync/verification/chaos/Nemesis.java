/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Map;

import io.oversync.verification.server.KillableServer;

/**
 * Disturbs the server.
 *
 * @param means what can be done to it; each returns when the server is up again
 */
record Nemesis(Map<Disturbance.Kind, Runnable> means) {

	/** Leaves a foreign server alone. */
	static Nemesis none() {
		return new Nemesis(Map.of());
	}

	/**
	 * Kills a server, cuts its connections, and puts an older copy of its database back.
	 */
	static Nemesis of(KillableServer server) {
		return new Nemesis(Map.of(Disturbance.Kind.KILL_SERVER, server::restart, Disturbance.Kind.CUT_CONNECTIONS,
				server::killConnections, Disturbance.Kind.BACK_UP_SERVER, () -> server.database().backUp(),
				Disturbance.Kind.PUT_SERVER_BACK, () -> putBack(server)));
	}

	private static void putBack(KillableServer server) {
		if (server.database().hasBackup()) {
			server.kill();
			server.database().putBack();
			server.restart();
		}
	}

	/** Cuts connections, and leaves the server's process alone. */
	static Nemesis ofConnections(Runnable cutConnections) {
		return new Nemesis(Map.of(Disturbance.Kind.CUT_CONNECTIONS, cutConnections));
	}

	/**
	 * Disturbs the server; a workload may ask for what cannot be done here, and nothing
	 * happens then.
	 */
	void disturb(Disturbance.Kind kind) {
		this.means.getOrDefault(kind, () -> {
		}).run();
	}

}
