/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;

import io.oversync.client.NetworkException;
import io.oversync.client.QuarantinedChange;
import io.oversync.client.Recovery;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncClient;
import io.oversync.client.SyncException;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A phone of the demo: its SQLite file, and the client that syncs it. An application on a
 * real phone does the same: it writes with plain SQL and asks for a sync.
 */
final class Phone implements NoteStore, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Phone.class);

	/** Changes are sent and fetched at once; this is for what was missed. */
	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

	private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

	private static final int NOTICES = 3;

	private final String id;

	private final PhoneSettings settings;

	private final PhoneFile file;

	private final PhoneNetwork network;

	private final Runnable changed;

	private final Deque<Notice> notices = new ArrayDeque<>();

	/** Held while the file is replaced; commands hold the phone itself as well. */
	private final Object replacing = new Object();

	private volatile ResolverChoice resolver;

	private volatile @Nullable String busy;

	private @Nullable SyncClient client;

	/** Whether the file cannot be used, until the phone is installed again. */
	private volatile boolean broken;

	private long noticed;

	Phone(String id, PhoneSettings settings, PhoneFile file, PhoneNetwork network, ResolverChoice resolver,
			Runnable changed) {
		this.id = id;
		this.settings = settings;
		this.file = file;
		this.network = network;
		this.resolver = resolver;
		this.changed = changed;
	}

	/**
	 * Where a phone syncs, and as what.
	 *
	 * @param server the sample's own address
	 * @param basePath the path of the sync endpoints
	 * @param user the user
	 */
	record PhoneSettings(URI server, String basePath, String user) {
	}

	/**
	 * What the page shows of a phone.
	 *
	 * @param id which of the two it is
	 * @param online whether it has a network
	 * @param resolver how it settles conflicts
	 * @param broken whether its file cannot be used
	 * @param busy what takes a moment, or null
	 * @param pending the changes that the server has not confirmed
	 * @param deleted how many of them are deletes
	 * @param position the position in the stream
	 * @param copied the time of the kept copy, in milliseconds since 1970, or null
	 * @param notes its notes
	 * @param notices what its client has reported last
	 */
	record View(String id, boolean online, ResolverChoice resolver, boolean broken, @Nullable String busy, long pending,
			long deleted, long position, @Nullable Long copied, List<Note> notes, List<Notice> notices) {
	}

	/** A phone whose file cannot be used is shown as such; the other one works. */
	synchronized void open() {
		try {
			SyncClient opened;
			synchronized (this.replacing) {
				opened = openClient();
				this.client = opened;
			}
			opened.start(INTERVAL);
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
		this.changed.run();
	}

	private void fail(RuntimeException cause) {
		logger.warn("The file of {} of the user {} cannot be used", this.id, this.settings.user(), cause);
		close();
		this.broken = true;
	}

	private SyncClient openClient() {
		this.file.create();
		URI server = this.settings.server();
		SyncClient opened = SyncClient.builder()
			.database(this.file.path())
			.server(server.resolve(this.settings.basePath()))
			// the sample may be started on another port the next time
			.allowServerChange()
			.renewableToken(new PhoneTokens(this.network, server, this.settings.user(), this.id))
			.user(this.settings.user())
			.device(this.id)
			.schema("business")
			.tables("notes")
			.resolver((conflict) -> this.resolver.resolver().resolve(conflict))
			.http(this.network)
			.timeout(TIMEOUT)
			.backoff(FIRST_BACKOFF, LONGEST_BACKOFF)
			.open();
		opened.addListener(new Reports());
		return opened;
	}

	View view() {
		synchronized (this.replacing) {
			SyncClient current = this.client;
			SyncStatus status = (current != null) ? current.status() : null;
			PhoneFile.Content content = (current != null) ? read() : null;
			if (content == null) {
				content = new PhoneFile.Content(List.of(), 0);
			}
			return new View(this.id, this.network.isOnline(), this.resolver, this.broken, this.busy,
					(status != null) ? status.pending() : 0, content.deleted(), (status != null) ? status.cursor() : 0,
					this.file.copied(), content.notes(), notices());
		}
	}

	/** The file may break while the phone is in use. */
	private PhoneFile.@Nullable Content read() {
		try {
			return this.file.read();
		}
		catch (IllegalStateException ex) {
			fail(ex);
			return null;
		}
	}

	private List<Notice> notices() {
		synchronized (this.notices) {
			return new ArrayList<>(this.notices);
		}
	}

	private void notice(LongFunction<Notice> notice) {
		synchronized (this.notices) {
			this.noticed++;
			this.notices.addFirst(notice.apply(this.noticed));
			if (this.notices.size() > NOTICES) {
				this.notices.removeLast();
			}
		}
		this.changed.run();
	}

	boolean isOnline() {
		return this.network.isOnline();
	}

	ResolverChoice resolver() {
		return this.resolver;
	}

	void resolver(ResolverChoice choice) {
		this.resolver = choice;
		this.changed.run();
	}

	synchronized void online(boolean online) {
		SyncClient current = opened();
		if (online) {
			this.network.connect();
			current.requestSync();
		}
		else {
			this.network.cut();
		}
		this.changed.run();
	}

	@Override
	public synchronized void add(NoteEdit edit) {
		SyncClient current = opened();
		if (this.file.count() >= MOST_NOTES) {
			throw DemoException.tooMuch("A phone of the demo has room for " + MOST_NOTES + " notes. Delete one first.");
		}
		this.file.insert(edit);
		written(current);
	}

	@Override
	public synchronized void edit(UUID note, NoteEdit edit) {
		SyncClient current = opened();
		if (!this.file.update(note, edit)) {
			throw DemoException.noNote();
		}
		written(current);
	}

	@Override
	public synchronized void delete(UUID note) {
		SyncClient current = opened();
		if (!this.file.delete(note)) {
			throw DemoException.noNote();
		}
		written(current);
	}

	private void written(SyncClient current) {
		this.changed.run();
		current.requestSync();
	}

	/** Deletes the file and starts over as the same device. */
	synchronized void reinstall() {
		replace("Reinstalling", this.file::remove, true);
	}

	/** Keeps a copy of the file, as a backup of the phone would. */
	synchronized void keepCopy() {
		opened();
		this.file.keepCopy();
		this.changed.run();
	}

	/** Puts the copy in the place of the file. */
	synchronized void putBackCopy() {
		if (this.file.copied() == null) {
			throw DemoException.invalid("Keep a copy first.");
		}
		replace("Putting the copy back", this.file::putBack, false);
	}

	private void replace(String what, Runnable replacement, boolean hydrate) {
		if (!this.broken) {
			opened();
		}
		this.busy = what;
		this.changed.run();
		try {
			SyncClient opened;
			synchronized (this.replacing) {
				close();
				replacement.run();
				opened = openClient();
				this.client = opened;
				this.broken = false;
			}
			if (hydrate) {
				hydrate(opened);
			}
			opened.start(INTERVAL);
		}
		catch (RuntimeException ex) {
			fail(ex);
			throw DemoException.broken();
		}
		finally {
			this.busy = null;
			this.changed.run();
		}
	}

	/** Without a network the first sync brings the rows, once there is one. */
	private void hydrate(SyncClient opened) {
		try {
			opened.hydrate();
		}
		catch (NetworkException ex) {
			notice((number) -> Notice.of(number, "There is no network: the rows come with it."));
		}
		catch (SyncException ex) {
			notice((number) -> Notice.of(number, "The rows could not be fetched; the phone tries again."));
		}
	}

	private SyncClient opened() {
		SyncClient current = this.client;
		if (current == null) {
			throw this.broken ? DemoException.broken() : DemoException.noSession();
		}
		return current;
	}

	/** Ends the sync. The file stays. */
	@Override
	public void close() {
		synchronized (this.replacing) {
			if (this.client != null) {
				this.client.close();
				this.client = null;
			}
		}
	}

	/** What the client reports, for the page. */
	private final class Reports implements SyncListener {

		@Override
		public void onStatus(SyncStatus status) {
			Phone.this.changed.run();
		}

		@Override
		public void onConflict(ResolvedConflict conflict) {
			notice((number) -> Notice.of(number, conflict, Phone.this.resolver));
		}

		@Override
		public void onRecovery(Recovery recovery) {
			notice((number) -> Notice.of(number, recovery));
		}

		@Override
		public void onQuarantined(QuarantinedChange change) {
			notice((number) -> Notice.of(number, "The server does not take a change: " + change.message()));
		}

		@Override
		public void onError(SyncException problem) {
			Phone.this.changed.run();
		}

	}

}
