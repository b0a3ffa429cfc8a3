/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.oversync.client.http.JdkSyncHttp;
import io.oversync.sample.OwnUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The sessions of the demo, one for each browser. A session's secret is in a cookie; its
 * user and its folder are named by a hash of it. A restart of the server ends no session:
 * the phones are opened again when the page asks for them.
 */
final class DemoSessions implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DemoSessions.class);

	private static final int SECRET_BYTES = 16;

	private static final int SECRET_LENGTH = 22;

	private static final int USER_HEX = 16;

	private static final Duration LONGEST_BEAT = Duration.ofSeconds(10);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final DemoProperties properties;

	private final boolean fresh;

	private final Environment environment;

	private final JdbcTemplate jdbc;

	private final DemoUsers users;

	private final JsonMapper json;

	private final SecureRandom random = new SecureRandom();

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final ThreadFactory threads = daemons();

	private final Map<String, Entry> sessions = new ConcurrentHashMap<>();

	private @Nullable ScheduledExecutorService timer;

	private @Nullable DemoFolder folder;

	DemoSessions(DemoProperties properties, boolean fresh, Environment environment, JdbcTemplate jdbc, DemoUsers users,
			JsonMapper json) {
		this.properties = properties;
		this.fresh = fresh;
		this.environment = environment;
		this.jdbc = jdbc;
		this.users = users;
		this.json = json;
	}

	private static ThreadFactory daemons() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("demo-");
		factory.setDaemon(true);
		return factory;
	}

	/**
	 * A session whose phones are open.
	 *
	 * @param session the session
	 * @param watch what notices changes of the server's table
	 */
	private record Open(DemoSession session, ServerWatch watch) {

		void close() {
			this.watch.close();
			this.session.close();
		}

	}

	/** A session; after a restart of the server its phones are not open. */
	private static final class Entry {

		private final long since = System.nanoTime();

		private volatile @Nullable Open open;

		/** Returns how long there was neither a page nor a request. */
		private Duration idle() {
			Open current = this.open;
			return (current != null) ? current.session().idle() : Duration.ofNanos(System.nanoTime() - this.since);
		}

		private boolean isIdle(Duration timeout) {
			return idle().compareTo(timeout) > 0;
		}

	}

	String newSecret() {
		byte[] bytes = new byte[SECRET_BYTES];
		this.random.nextBytes(bytes);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	/**
	 * Returns whether there is a session.
	 * @param secret the value of a cookie, or null
	 * @return whether {@link #find} or {@link #open} will find it
	 */
	boolean exists(@Nullable String secret) {
		return secret != null && secret.length() == SECRET_LENGTH && this.sessions.containsKey(user(secret));
	}

	/**
	 * Finds an open session.
	 * @param secret the value of the cookie, or null
	 * @return the session
	 * @throws DemoException if it has ended, or was not opened since the start
	 */
	DemoSession find(@Nullable String secret) {
		Entry entry = exists(secret) ? this.sessions.get(user(String.valueOf(secret))) : null;
		Open open = (entry != null) ? entry.open : null;
		if (open == null) {
			throw DemoException.noSession();
		}
		return open.session();
	}

	/**
	 * Opens a session, new or as it was before a restart.
	 * @param secret its secret
	 * @return the session
	 * @throws DemoException if there are too many
	 */
	synchronized DemoSession open(String secret) {
		ScheduledExecutorService running = this.timer;
		DemoFolder current = this.folder;
		if (running == null || current == null) {
			throw DemoException.noSession();
		}
		String user = user(secret);
		Entry entry = this.sessions.get(user);
		if (entry == null) {
			if (this.sessions.size() >= this.properties.maxSessions() && !evict()) {
				throw DemoException.full(this.properties.maxSessions());
			}
			entry = new Entry();
		}
		Open open = entry.open;
		if (open == null) {
			open = openPhones(user, current.create(user), running);
			entry.open = open;
			this.sessions.put(user, entry);
		}
		open.session().touch();
		return open.session();
	}

	/** Visitors who are gone must not keep others out. */
	private boolean evict() {
		Map.Entry<String, Entry> longest = this.sessions.entrySet()
			.stream()
			.max(Comparator.comparing((entry) -> entry.getValue().idle()))
			.orElse(null);
		return longest != null && end(longest.getKey(), longest.getValue(), this.properties.evictAfter());
	}

	private Open openPhones(String user, Path files, ScheduledExecutorService running) {
		URI server = OwnUrl.of(this.environment);
		String basePath = this.environment.getProperty("oversync.base-path", "/sync");
		JdkSyncHttp phoneHttp = new JdkSyncHttp(this.http, TIMEOUT);
		ExecutorService sender = Executors.newSingleThreadExecutor(this.threads);
		DemoSession session = new DemoSession(new Phone.PhoneSettings(server, basePath, user), files, phoneHttp,
				new ServerNotes(this.jdbc, user), sender, this.json);
		ServerWatch watch = new ServerWatch(this.http, server.resolve(basePath + "/watch?include_self=true"),
				new PhoneTokens(phoneHttp, server, user, "page"), running,
				() -> session.changed(DemoSession.Part.SERVER));
		try {
			session.open();
		}
		catch (RuntimeException ex) {
			session.close();
			throw ex;
		}
		watch.open();
		return new Open(session, watch);
	}

	private static String user(String secret) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
			return "demo-" + HexFormat.of().formatHex(hash).substring(0, USER_HEX);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public synchronized void start() {
		DemoFolder opened = DemoFolder.open(this.properties.directory());
		for (String user : opened.users()) {
			if (this.fresh) {
				opened.remove(user);
			}
			else {
				this.sessions.put(user, new Entry());
			}
		}
		this.folder = opened;
		Duration quarter = this.properties.sessionTimeout().dividedBy(4);
		long millis = Math.max(1, Math.min(LONGEST_BEAT.toMillis(), quarter.toMillis()));
		ScheduledExecutorService started = Executors.newScheduledThreadPool(2, this.threads);
		this.timer = started;
		started.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
	}

	private void sweep() {
		this.sessions.forEach((user, entry) -> {
			Open open = entry.open;
			if (open != null) {
				open.session().beat();
			}
			if (entry.isIdle(this.properties.sessionTimeout())) {
				end(user, entry, this.properties.sessionTimeout());
			}
		});
	}

	/** What cannot be removed now is tried again with the next sweep. */
	private synchronized boolean end(String user, Entry entry, Duration timeout) {
		DemoFolder current = this.folder;
		if (current == null || !entry.isIdle(timeout)) {
			return false; // the server stops, or a page came back
		}
		try {
			Open open = entry.open;
			if (open != null) {
				entry.open = null;
				open.close();
			}
			this.users.remove(user);
			current.remove(user);
			this.sessions.remove(user);
			return true;
		}
		catch (RuntimeException ex) {
			logger.warn("The demo's session {} cannot be removed yet", user, ex);
			return false;
		}
	}

	/** Before the web server waits for open answers. */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE;
	}

	@Override
	public boolean isRunning() {
		return this.timer != null;
	}

	@Override
	public synchronized void stop() {
		ScheduledExecutorService running = this.timer;
		if (running != null) {
			this.timer = null;
			running.shutdownNow();
		}
		for (Entry entry : this.sessions.values()) {
			Open open = entry.open;
			if (open != null) {
				open.close();
			}
		}
		this.sessions.clear();
		if (this.folder != null) {
			this.folder.close();
			this.folder = null;
		}
	}

}
