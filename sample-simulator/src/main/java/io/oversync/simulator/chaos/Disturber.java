package io.oversync.simulator.chaos;

import io.oversync.simulator.server.OwnServer;
import org.jspecify.annotations.Nullable;

/**
 * Does to the server what can be done to it.
 */
final class Disturber {

	private final @Nullable OwnServer server;

	private final Runnable cutConnections;

	private final boolean ownsDatabase;

	private Disturber(@Nullable OwnServer server, boolean ownsDatabase, Runnable cutConnections) {
		this.server = server;
		this.ownsDatabase = ownsDatabase;
		this.cutConnections = cutConnections;
	}

	/** Leaves a server alone that belongs to somebody else. */
	static Disturber none() {
		return new Disturber(null, false, () -> {
		});
	}

	/** Kills a server and cuts its connections. */
	static Disturber of(OwnServer server) {
		return new Disturber(server, true, server::killConnections);
	}

	/** Cuts connections, and leaves the server's process alone. */
	static Disturber ofConnections(Runnable cutConnections) {
		return new Disturber(null, true, cutConnections);
	}

	boolean ownsServer() {
		return this.server != null;
	}

	boolean ownsDatabase() {
		return this.ownsDatabase;
	}

	/** Returns when the server is up again. */
	void disturb(Disturbance.Kind kind) {
		if (kind == Disturbance.Kind.CUT_CONNECTIONS) {
			this.cutConnections.run();
		}
		else if (this.server != null) {
			this.server.kill();
			this.server.restart();
		}
	}

}
