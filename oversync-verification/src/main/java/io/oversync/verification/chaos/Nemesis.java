/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.EnumSet;
import java.util.Set;

import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * Does to the server what can be done to it.
 */
final class Nemesis {

	private final @Nullable KillableServer server;

	private final @Nullable Runnable cutConnections;

	private Nemesis(@Nullable KillableServer server, @Nullable Runnable cutConnections) {
		this.server = server;
		this.cutConnections = cutConnections;
	}

	/** Leaves a server alone that belongs to somebody else. */
	static Nemesis none() {
		return new Nemesis(null, null);
	}

	/** Kills a server and cuts its connections. */
	static Nemesis of(KillableServer server) {
		return new Nemesis(server, server::killConnections);
	}

	/** Cuts connections, and leaves the server's process alone. */
	static Nemesis ofConnections(Runnable cutConnections) {
		return new Nemesis(null, cutConnections);
	}

	/** Returns what can be done. */
	Set<Disturbance.Kind> kinds() {
		Set<Disturbance.Kind> kinds = EnumSet.noneOf(Disturbance.Kind.class);
		if (this.server != null) {
			kinds.add(Disturbance.Kind.KILL_SERVER);
			kinds.add(Disturbance.Kind.BACK_UP_SERVER);
			kinds.add(Disturbance.Kind.PUT_SERVER_BACK);
		}
		if (this.cutConnections != null) {
			kinds.add(Disturbance.Kind.CUT_CONNECTIONS);
		}
		return kinds;
	}

	/**
	 * Does something to the server, and returns when it is up again. A workload may ask
	 * for what cannot be done here: then nothing happens.
	 */
	void disturb(Disturbance.Kind kind) {
		switch (kind) {
			case KILL_SERVER -> {
				if (this.server != null) {
					this.server.kill();
					this.server.restart();
				}
			}
			case BACK_UP_SERVER -> {
				if (this.server != null) {
					this.server.backUp();
				}
			}
			case PUT_SERVER_BACK -> {
				if (this.server != null && this.server.hasBackup()) {
					this.server.kill();
					this.server.putBack();
					this.server.restart();
				}
			}
			case CUT_CONNECTIONS -> {
				if (this.cutConnections != null) {
					this.cutConnections.run();
				}
			}
		}
	}

}
