/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.client.http.SyncHttp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.dao.DataAccessException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One browser's demo: a user of its own with two phones. What changes goes to the open
 * pages at once, each part as a whole.
 */
final class DemoSession implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DemoSession.class);

	/** Each change stays in the user's stream: a session cannot go on for ever. */
	private static final int MOST_COMMANDS = 5000;

	/** What a page shows, sent as one event each. */
	enum Part {

		/** The first phone. */
		A,

		/** The second phone. */
		B,

		/** The server's table. */
		SERVER,

		/** What travels. */
		TRAFFIC

	}

	private final String user;

	private final SavedSwitches switches;

	private final Phone a;

	private final Phone b;

	private final ServerNotes server;

	private final Traffic traffic = new Traffic(() -> changed(Part.TRAFFIC));

	private final EventStreams streams = new EventStreams(this::touch);

	private final ExecutorService sender;

	private final JsonMapper json;

	private final AtomicInteger commands = new AtomicInteger();

	private final Set<Part> waiting = EnumSet.noneOf(Part.class);

	/** The last request that the pages were told of; used by the sender's thread. */
	private long toldTraffic;

	/** Whether a new page waits for all parts. */
	private final AtomicBoolean resending = new AtomicBoolean();

	private volatile long lastUsed = System.nanoTime();

	private volatile boolean closed;

	DemoSession(Phone.PhoneSettings phones, Path folder, SyncHttp http, ServerNotes server, ExecutorService sender,
			JsonMapper json) {
		this.user = phones.user();
		this.switches = new SavedSwitches(folder.resolve("phones.properties"));
		this.server = server;
		this.sender = sender;
		this.json = json;
		this.a = phone("a", Part.A, phones, folder, http);
		this.b = phone("b", Part.B, phones, folder, http);
	}

	private Phone phone(String name, Part part, Phone.PhoneSettings phones, Path folder, SyncHttp http) {
		String id = "phone-" + name;
		PhoneNetwork network = new PhoneNetwork(name, http, this.traffic, this.switches.isOnline(name));
		return new Phone(id, phones, new PhoneFile(folder.resolve(id + ".db")), network, this.switches.resolver(name),
				() -> changed(part));
	}

	private void save() {
		this.switches.save(Map.of("a", this.a, "b", this.b));
	}

	void open() {
		this.a.open();
		this.b.open();
		save();
	}

	String user() {
		return this.user;
	}

	Phone phone(String place) {
		return switch (place) {
			case "a" -> this.a;
			case "b" -> this.b;
			default -> throw DemoException.invalid("There is no such phone.");
		};
	}

	NoteStore notes(String place) {
		return place.equals("server") ? this.server : phone(place);
	}

	/**
	 * Carries out what the page asks for.
	 * @param command the command
	 */
	void run(Runnable command) {
		if (this.closed) {
			throw DemoException.noSession();
		}
		if (this.commands.incrementAndGet() > MOST_COMMANDS) {
			throw DemoException.tooMuch("This session has done a lot. Close the browser and start another one.");
		}
		touch();
		command.run();
		changed(Part.SERVER);
	}

	/**
	 * As {@link #run}, for what a restart keeps.
	 * @param command the command
	 */
	void set(Runnable command) {
		run(command);
		save();
	}

	SseEmitter watch() {
		touch();
		synchronized (this.waiting) {
			if (this.closed) {
				throw DemoException.noSession();
			}
			SseEmitter stream = this.streams.open(this.sender);
			if (this.resending.compareAndSet(false, true)) {
				this.sender.execute(this::sendAll);
			}
			return stream;
		}
	}

	void touch() {
		this.lastUsed = System.nanoTime();
	}

	/**
	 * Returns how long the session is unused.
	 * @return the time since the last request, zero as long as a page is open
	 */
	Duration idle() {
		return this.streams.isEmpty() ? Duration.ofNanos(System.nanoTime() - this.lastUsed) : Duration.ZERO;
	}

	void beat() {
		synchronized (this.waiting) {
			if (!this.closed) {
				this.sender.execute(this.streams::beat);
			}
		}
	}

	/**
	 * Sends a part as it is when its turn comes: changes in the meantime need no other.
	 */
	void changed(Part part) {
		synchronized (this.waiting) {
			if (this.closed || this.streams.isEmpty() || !this.waiting.add(part)) {
				return;
			}
			this.sender.execute(() -> send(part));
		}
	}

	private void send(Part part) {
		synchronized (this.waiting) {
			this.waiting.remove(part);
		}
		try {
			this.streams.send(part.name().toLowerCase(Locale.ROOT), this.json.writeValueAsString(content(part)));
		}
		catch (RuntimeException ex) {
			logger.warn("The demo cannot show {}", part, ex);
		}
	}

	private Object content(Part part) {
		return switch (part) {
			case A -> this.a.view();
			case B -> this.b.view();
			case SERVER -> table();
			case TRAFFIC -> newTraffic();
		};
	}

	private ServerView table() {
		try {
			return new ServerView(this.server.list(), null);
		}
		catch (DataAccessException ex) {
			logger.debug("The server's table cannot be read", ex);
			return new ServerView(null, "The database does not answer.");
		}
	}

	private List<Exchange> newTraffic() {
		List<Exchange> exchanges = this.traffic.after(this.toldTraffic);
		if (!exchanges.isEmpty()) {
			this.toldTraffic = exchanges.get(exchanges.size() - 1).number();
		}
		return exchanges;
	}

	private void sendAll() {
		this.resending.set(false);
		this.toldTraffic = 0;
		for (Part part : Part.values()) {
			send(part);
		}
	}

	/**
	 * What the page shows of the server.
	 *
	 * @param notes the rows of the table, null if they cannot be read
	 * @param problem why, or null
	 */
	record ServerView(@Nullable List<Note> notes, @Nullable String problem) {
	}

	@Override
	public void close() {
		synchronized (this.waiting) {
			this.closed = true;
		}
		this.streams.close();
		this.a.close();
		this.b.close();
		this.sender.shutdown();
	}

}
