/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.Arrays;

/**
 * The gauges of a soak.
 */
public enum Gauge {

	/** After a garbage collection. */
	HEAP(Group.PROCESS, "heap MB", 8),

	NON_HEAP(Group.PROCESS, "non-heap MB", 8),

	/** As the operating system reports it, if it does. */
	RESIDENT(Group.PROCESS, "resident MB", 8),

	THREADS(Group.PROCESS, "threads", 4),

	/** Sockets included, if the operating system reports them. */
	OPEN_FILES(Group.PROCESS, "files", 8),

	CONNECTIONS(Group.DATABASE, "conns", 4),

	CONNECTIONS_ACTIVE(Group.DATABASE, "active"),

	CONNECTIONS_IDLE(Group.DATABASE, "idle"),

	CONNECTIONS_IN_TRANSACTION(Group.DATABASE, "idle in tx"),

	/** Grows: the history is kept. */
	DATABASE_SIZE(Group.DATABASE, "size MB"),

	/**
	 * Rises and falls: PostgreSQL removes them when they are a share of the growing
	 * tables.
	 */
	DEAD_TUPLES(Group.DATABASE, "dead rows"),

	LIVE_ROWS(Group.FLEET, "rows/dev"),

	SYNCS(Group.FLEET, "syncs"),

	/** Syncs that began late because an earlier one took too long. */
	LATE(Group.FLEET, "late"),

	ERRORS(Group.FLEET, "errors"),

	CONFLICTS(Group.FLEET, "conflicts"),

	DISCARDED(Group.FLEET, "discarded"),

	UPLOADED(Group.FLEET, "up"),

	DOWNLOADED(Group.FLEET, "down"),

	UPLOADS(Group.UPLOADS, "n"),

	UPLOAD_P50(Group.UPLOADS, "p50 ms", 1),

	UPLOAD_P99(Group.UPLOADS, "p99 ms", 5),

	UPLOAD_MAX(Group.UPLOADS, "max ms"),

	DOWNLOADS(Group.DOWNLOADS, "n"),

	DOWNLOAD_P50(Group.DOWNLOADS, "p50 ms", 1),

	DOWNLOAD_P99(Group.DOWNLOADS, "p99 ms", 5),

	DOWNLOAD_MAX(Group.DOWNLOADS, "max ms");

	private static final double MEDIAN = 0.5;

	private static final double LOWER_QUARTILE = 0.25;

	private final Group group;

	private final String title;

	private final boolean judged;

	private final double slack;

	Gauge(Group group, String title) {
		this(group, title, false, 0);
	}

	Gauge(Group group, String title, double slack) {
		this(group, title, true, slack);
	}

	Gauge(Group group, String title, boolean judged, double slack) {
		this.group = group;
		this.title = title;
		this.judged = judged;
		this.slack = slack;
	}

	Group group() {
		return this.group;
	}

	/**
	 * Returns the title.
	 * @return as in the heading of its column
	 */
	public String title() {
		return this.title;
	}

	/** Returns whether it must stay flat. */
	boolean isJudged() {
		return this.judged;
	}

	/** Returns the growth that is allowed regardless of the ratio. */
	double slack() {
		return this.slack;
	}

	/**
	 * Returns the level of several readings. Other work of the machine makes requests
	 * slower and never faster, so times are judged by their better minutes: a server that
	 * gets slower is slower in those, too.
	 * @param values at least one
	 */
	double level(double... values) {
		boolean times = this.group == Group.UPLOADS || this.group == Group.DOWNLOADS;
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		double place = (sorted.length - 1) * (times ? LOWER_QUARTILE : MEDIAN);
		int below = (int) place;
		int above = Math.min(below + 1, sorted.length - 1);
		return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
	}

	/**
	 * The groups of gauges.
	 */
	enum Group {

		PROCESS("server process"), DATABASE("PostgreSQL"), FLEET("devices"), UPLOADS("uploads"), DOWNLOADS("downloads");

		private final String title;

		Group(String title) {
			this.title = title;
		}

		String title() {
			return this.title;
		}

	}

}
