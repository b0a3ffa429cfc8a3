/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.simulator.device.UnreachableServerException;
import io.oversync.simulator.server.OwnServer;
import org.jspecify.annotations.Nullable;

/**
 * A small server, on which attacks are played one after the other beside an honest user.
 * A server that has died is started again.
 */
final class Arena implements AutoCloseable {

	private static final int POLL_MILLIS = 100;

	/** The first requests of a server are slow, which is no attack's doing. */
	private static final Duration WARM_UP = Duration.ofSeconds(5);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final OwnServer server;

	private final ServerActivity activity;

	private final String run = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);

	private final AtomicInteger users = new AtomicInteger();

	private Arena(OwnServer server) {
		this.server = server;
		this.activity = new ServerActivity(server);
	}

	/**
	 * Starts the server as the sample ships it, in 256 MB, and warms it up.
	 * @param folder where its database and its logs go
	 * @return the arena
	 */
	static Arena open(Path folder) {
		Arena arena = new Arena(OwnServer.start(folder, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError",
				"--spring.flyway.locations=classpath:db/migration,classpath:db/attack"));
		arena.calm(WARM_UP);
		return arena;
	}

	/**
	 * Lets the honest user alone with the server.
	 * @param duration how long
	 * @return his requests
	 */
	List<Call> calm(Duration duration) {
		try (HonestUser honest = new HonestUser(this.server.target(), newUser("calm"))) {
			honest.start();
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
			return honest.stop();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Plays an attack.
	 * @param attack which
	 * @param duration how long, without its preparation
	 * @return what was seen
	 */
	Evidence play(Attack attack, Duration duration) {
		restartIfStuck();
		Attacker attacker = new Attacker(this.server.target(), this.server.jdbcUrl(), newUser(attack.name()));
		try (HonestUser honest = new HonestUser(this.server.target(), newUser("honest"))) {
			long logged = this.activity.logBytes();
			String obstacle = null;
			List<Call> calls = List.of();
			try {
				Attack.Strike strike = attack.plan().prepare(attacker);
				calls = play(attacker, strike, attack.connections(), honest, duration);
			}
			catch (IOException | UnreachableServerException ex) {
				obstacle = String.valueOf(ex);
				attacker.close();
			}
			Duration recovery = recovery(attacker.user());
			long busy = (recovery != null) ? this.activity.awaitIdleConnections(PATIENCE) : 0;
			boolean alive = this.server.isRunning();
			restartIfDead();
			return new Evidence(obstacle, calls, honest.differences(this.server.jdbcUrl()), alive, recovery, busy,
					attacker.answers().counts(), attacker.answers().longestMillis(), this.activity.logBytes() - logged);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static List<Call> play(Attacker attacker, Attack.Strike strike, int connections, HonestUser honest,
			Duration duration) throws IOException, InterruptedException {
		honest.start();
		try (Assault assault = new Assault(attacker, strike, connections)) {
			assault.start();
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
			return honest.stop();
		}
	}

	/**
	 * Waits until the attacker is served as anybody else.
	 * @return the time that it took, or null if he is not
	 */
	private @Nullable Duration recovery(String user) throws InterruptedException {
		long start = System.nanoTime();
		while (System.nanoTime() - start < PATIENCE.toNanos() && this.server.isRunning()) {
			if (isServed(user)) {
				return Duration.ofNanos(System.nanoTime() - start);
			}
			TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
		}
		return null;
	}

	private boolean isServed(String user) throws InterruptedException {
		try {
			HonestDevice device = new HonestDevice(this.server.target(), user, newUser("after"));
			return device.isServed();
		}
		catch (UnreachableServerException ex) {
			return false;
		}
	}

	/** What the dead server was doing in the database must not burden the next attack. */
	private void restartIfDead() {
		if (!this.server.isRunning()) {
			restart();
		}
	}

	/** A server that does not answer any more has been judged by the attack before. */
	private void restartIfStuck() {
		try {
			this.server.target().signIn(newUser("probe"), "probe");
		}
		catch (UnreachableServerException ex) {
			restart();
		}
	}

	private void restart() {
		this.server.killConnections();
		this.server.restart();
		calm(WARM_UP);
	}

	private String newUser(String role) {
		return role + "-" + this.run + "-" + this.users.incrementAndGet();
	}

	private static IllegalStateException interrupted(InterruptedException cause) {
		Thread.currentThread().interrupt();
		return new IllegalStateException("Interrupted during an attack", cause);
	}

	@Override
	public void close() {
		this.server.close();
	}

}
