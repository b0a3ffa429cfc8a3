/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.oversync.client.QuarantinedChange;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.StreamReader;

/**
 * A device that changes nothing and never polls: it learns of each change by watching, on
 * a network that breaks off now and then, and from a server that is killed or put back.
 */
final class Follower implements AutoCloseable {

	static final String NAME = "follower";

	/** For what the server tells, and for connections that were lost. */
	private static final Duration PATIENCE = Duration.ofSeconds(20);

	/** Longer than any run. */
	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);

	private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);

	private static final long LOOK_NANOS = 100_000_000;

	private final Device device;

	private final FaultProxy proxy;

	private final String lane;

	private Follower(Device device, FaultProxy proxy, String lane) {
		this.device = device;
		this.proxy = proxy;
		this.lane = lane;
	}

	/**
	 * Starts a follower.
	 * @param user its user
	 * @param setting the server
	 * @param proxy the network
	 * @return the running follower
	 */
	static Follower start(String user, Setting setting, FaultProxy proxy) {
		String lane = lane(user);
		// it is told by one node and asks another, if there are several
		proxy.roam(lane);
		Device device = new Device(setting.folder(), setting.target(), user, NAME, setting.tables().list(),
				(builder) -> builder.server(proxy.syncUri(lane))
					.timeout(TIMEOUT)
					.backoff(FIRST_BACKOFF, LONGEST_BACKOFF));
		device.client().start(NEVER);
		return new Follower(device, proxy, lane);
	}

	/** Returns the name of the lane of a user's follower in the network. */
	static String lane(String user) {
		return user + "-" + NAME;
	}

	Device device() {
		return this.device;
	}

	/** Breaks the connection on which it watches. */
	void breakOff() {
		this.proxy.breakStreams(this.lane);
	}

	/**
	 * Waits until it has everything. It changes nothing, but sends what a server that was
	 * put back has lost: what is refused for good, such as a child whose parent is gone
	 * meanwhile, is discarded, as on the other devices.
	 * @param stream the stream of its user, at rest
	 * @param discarded receives each discarded change
	 * @return what it lacks, empty for nothing
	 */
	String await(StreamReader stream, Consumer<QuarantinedChange> discarded) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (true) {
			this.device.discardQuarantined().forEach(discarded);
			long head = stream.head();
			long cursor = this.device.client().status().cursor();
			String unfinished = this.device.unfinished();
			if (cursor == head && unfinished.isEmpty()) {
				return "";
			}
			if (System.nanoTime() > deadline) {
				return "A device that only watches is at " + cursor + " " + PATIENCE.toSeconds()
						+ " s after the head came to " + head + " " + unfinished;
			}
			LockSupport.parkNanos(LOOK_NANOS);
		}
	}

	@Override
	public void close() {
		this.device.close();
	}

}
