/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import io.oversync.verification.device.WireEntry;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * Disturbs the server.
 *
 * @param means the possible disturbances; each returns when the server is up again
 * @param removed finds the entries of a user's stream that a compaction has removed
 */
record Nemesis(Map<Disturbance.Kind, Runnable> means, Function<String, List<WireEntry>> removed) {

	private static final String RESTORED_AT = "--oversync.restored-at=";

	Nemesis(Map<Disturbance.Kind, Runnable> means) {
		this(means, (user) -> List.of());
	}

	/** Does not disturb a foreign server. */
	static Nemesis none() {
		return new Nemesis(Map.of());
	}

	/**
	 * Kills a server, cuts its connections, and restores an older copy of its database.
	 * @param server the server
	 * @param node another node on its database, or null
	 */
	static Nemesis of(KillableServer server, @Nullable SecondNode node) {
		return new Nemesis(Map.of(Disturbance.Kind.KILL_SERVER, server::restart, Disturbance.Kind.CUT_CONNECTIONS,
				server::killConnections, Disturbance.Kind.BACK_UP_SERVER, () -> server.database().backUp(),
				Disturbance.Kind.PUT_SERVER_BACK, () -> putBack(server, node, server::restart),
				Disturbance.Kind.PUT_SERVER_BACK_DECLARED,
				() -> putBack(server, node, () -> server.restart(RESTORED_AT + UUID.randomUUID()))));
	}

	/** No node runs while the database is replaced. */
	private static void putBack(KillableServer server, @Nullable SecondNode node, Runnable restart) {
		if (server.database().hasBackup()) {
			if (node != null) {
				node.stop();
			}
			server.kill();
			server.database().putBack();
			restart.run();
			if (node != null) {
				node.start();
			}
		}
	}

	/** Cuts connections, and leaves the server's process alone. */
	static Nemesis ofConnections(Runnable cutConnections) {
		return new Nemesis(Map.of(Disturbance.Kind.CUT_CONNECTIONS, cutConnections));
	}

	/**
	 * Returns the same disturbances of a server whose streams are compacted.
	 * @param found finds what was removed of a user's stream
	 */
	Nemesis withRemoved(Function<String, List<WireEntry>> found) {
		return new Nemesis(this.means, found);
	}

	/**
	 * Disturbs the server. A disturbance that is not possible here is skipped.
	 */
	void disturb(Disturbance.Kind kind) {
		this.means.getOrDefault(kind, () -> {
		}).run();
	}

}
