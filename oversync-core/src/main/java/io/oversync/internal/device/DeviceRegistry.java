/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

import io.oversync.internal.store.DeviceNote;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.SyncActor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What devices were seen to do since it was written last. Requests note it in memory;
 * {@link #flush} writes it:
 * <ol>
 * <li>A device that is new to this node, or whose cursor went back, is written with the
 * next flush: it may have been reinstalled, and its watermark must go down.</li>
 * <li>Any other device is written once in an interval.</li>
 * <li>Of too many devices, the oldest notes are dropped. What is written then is older,
 * which is safe. A cursor that went back is kept.</li>
 * <li>A device may have a cursor for each schema: of several, the lowest counts.</li>
 * <li>A device that has asked from 0 only may have taken the answer, or not. The cursor
 * that comes with its next upload shows that. Such a cursor counts while there is no
 * other.</li>
 * <li>What cannot be written for one user holds back no other, and comes last from then
 * on.</li>
 * </ol>
 */
public final class DeviceRegistry {

	/** About 20 MB. */
	static final int MOST_DEVICES = 50_000;

	private static final Log logger = LogFactory.getLog(DeviceRegistry.class);

	/** So many notes are looked through for one that may be dropped. */
	private static final int LOOKED_THROUGH = 100;

	/** So many times the bound are kept if all are of cursors that went back. */
	private static final int RESERVE = 4;

	/** So many failures in sequence are no longer those of single users. */
	private static final int MOST_FAILURES = 5;

	private final SyncTables tables;

	private final Transactions transactions;

	private final LongSupplier nanoTime;

	private final int most;

	/** The least recently seen first. */
	private final LinkedHashMap<SyncActor, Note> notes = new LinkedHashMap<>(16, 0.75f, true);

	private boolean overflowing;

	/**
	 * Creates the registry.
	 * @param tables the sync schema
	 * @param transactions the database
	 */
	public DeviceRegistry(SyncTables tables, Transactions transactions) {
		this(tables, transactions, System::nanoTime, MOST_DEVICES);
	}

	DeviceRegistry(SyncTables tables, Transactions transactions, LongSupplier nanoTime, int most) {
		this.tables = tables;
		this.transactions = transactions;
		this.nanoTime = nanoTime;
		this.most = most;
	}

	/**
	 * Notes a request. Takes no connection.
	 * @param actor the user under its one id, and the device
	 */
	public void note(SyncActor actor) {
		add(actor, null, DeviceNote.ALL);
	}

	/**
	 * Notes a request with a cursor. Takes no connection.
	 * @param actor the user under its one id, and the device
	 * @param after the cursor that the device sent
	 * @param schema the schema that the request was about, null for all
	 */
	public void note(SyncActor actor, long after, @Nullable String schema) {
		add(actor, after, (schema != null) ? schema : DeviceNote.ALL);
	}

	/**
	 * Notes an upload. Takes no connection.
	 * @param actor the user under its one id, and the device
	 * @param seen the cursor that came with it
	 */
	public void noteUpload(SyncActor actor, long seen) {
		add(actor, (note, now) -> note.addUpload(now, seen));
	}

	private void add(SyncActor actor, @Nullable Long after, String scope) {
		add(actor, (note, now) -> note.add(now, after, scope));
	}

	private void add(SyncActor actor, ObjLongConsumer<Note> request) {
		long now = this.nanoTime.getAsLong();
		synchronized (this.notes) {
			request.accept(this.notes.computeIfAbsent(actor, (key) -> new Note()), now);
			if (this.notes.size() > this.most) {
				dropOne();
			}
		}
	}

	private void dropOne() {
		Iterator<Note> oldest = this.notes.values().iterator();
		for (int i = 0; i < LOOKED_THROUGH && oldest.hasNext(); i++) {
			if (!oldest.next().lowered) {
				oldest.remove();
				return;
			}
		}
		if (this.notes.size() > RESERVE * this.most) {
			this.notes.remove(this.notes.keySet().iterator().next());
			if (!this.overflowing) {
				this.overflowing = true;
				logger.warn("Cursors of devices went back and cannot be written; too many of them are dropped, so that"
						+ " SyncDevices shows too high positions of these devices until they ask again");
			}
		}
	}

	/**
	 * Writes the notes that are due.
	 * @param interval the shortest time between two writes of a device
	 * @return the number of devices that were written
	 * @throws RuntimeException the first failure, after the others were written
	 */
	public int flush(Duration interval) {
		Map<String, List<SyncActor>> due = due(interval);
		int written = 0;
		int failures = 0;
		RuntimeException failure = null;
		for (Map.Entry<String, List<SyncActor>> user : due.entrySet()) {
			try {
				written += write(user.getKey(), user.getValue());
				failures = 0;
			}
			catch (RuntimeException ex) {
				failure = (failure != null) ? failure : ex;
				fail(user.getValue());
				if (++failures == MOST_FAILURES) {
					break;
				}
			}
		}
		if (failure != null) {
			throw failure;
		}
		return written;
	}

	private void fail(List<SyncActor> devices) {
		synchronized (this.notes) {
			for (SyncActor device : devices) {
				Note note = this.notes.get(device);
				if (note != null) {
					note.failed = true;
				}
			}
		}
	}

	/**
	 * Writes the notes of one user's devices.
	 * @param userId the user's one id
	 */
	public void flush(String userId) {
		List<SyncActor> devices;
		synchronized (this.notes) {
			devices = this.notes.entrySet()
				.stream()
				.filter((entry) -> entry.getKey().userId().equals(userId) && entry.getValue().dirty)
				.map(Map.Entry::getKey)
				.toList();
		}
		if (!devices.isEmpty()) {
			write(userId, devices);
		}
	}

	/**
	 * Drops what is noted of a device.
	 * @param actor the device
	 */
	public void forget(SyncActor actor) {
		synchronized (this.notes) {
			this.notes.remove(actor);
		}
	}

	/**
	 * Returns the number of devices of which something is noted.
	 * @return at most the bound
	 */
	int size() {
		synchronized (this.notes) {
			return this.notes.size();
		}
	}

	private Map<String, List<SyncActor>> due(Duration interval) {
		long now = this.nanoTime.getAsLong();
		Map<String, List<SyncActor>> lowered = new LinkedHashMap<>();
		Map<String, List<SyncActor>> others = new LinkedHashMap<>();
		Map<String, List<SyncActor>> failed = new LinkedHashMap<>();
		synchronized (this.notes) {
			Iterator<Map.Entry<SyncActor, Note>> all = this.notes.entrySet().iterator();
			while (all.hasNext()) {
				Map.Entry<SyncActor, Note> entry = all.next();
				Note note = entry.getValue();
				boolean rested = now - note.written >= interval.toNanos();
				if (note.dirty && (note.isUrgent() || rested)) {
					Map<String, List<SyncActor>> kind = note.lowered ? lowered : others;
					(note.failed ? failed : kind).computeIfAbsent(entry.getKey().userId(), (user) -> new ArrayList<>())
						.add(entry.getKey());
				}
				else if (!note.dirty && rested) {
					all.remove();
				}
			}
		}
		failed.forEach((user, devices) -> {
			// a user goes as a whole
			devices.addAll(lowered.getOrDefault(user, List.of()));
			devices.addAll(others.getOrDefault(user, List.of()));
			lowered.remove(user);
			others.remove(user);
		});
		others.forEach((user, devices) -> lowered.computeIfAbsent(user, (key) -> new ArrayList<>()).addAll(devices));
		lowered.putAll(failed);
		return lowered;
	}

	private int write(String userId, List<SyncActor> devices) {
		Map<SyncActor, Taken> taken = take(devices);
		if (taken.isEmpty()) {
			return 0;
		}
		List<DeviceNote> written = taken.entrySet()
			.stream()
			.map((entry) -> entry.getValue().toNote(entry.getKey(), this.nanoTime.getAsLong()))
			.toList();
		this.transactions.write(() -> {
			this.tables.devices().note(this.tables.streams().findOrCreate(userId), written);
			return true;
		});
		settle(taken);
		return written.size();
	}

	private Map<SyncActor, Taken> take(List<SyncActor> devices) {
		Map<SyncActor, Taken> taken = new HashMap<>();
		synchronized (this.notes) {
			for (SyncActor device : devices) {
				Note note = this.notes.get(device);
				if (note != null && note.dirty) {
					taken.put(device, note.take());
				}
			}
		}
		return taken;
	}

	/** What was noted in the meantime is written later. */
	private void settle(Map<SyncActor, Taken> taken) {
		long now = this.nanoTime.getAsLong();
		synchronized (this.notes) {
			taken.forEach((device, before) -> {
				Note note = this.notes.get(device);
				if (note != null) {
					note.settle(before, now);
				}
			});
		}
	}

	/** What is noted of a device, mutable. */
	private static final class Note {

		private long count;

		private long seen;

		/** The cursor that was sent last, and what it was for. */
		private @Nullable Long last;

		private String scope = DeviceNote.ALL;

		/** The same until it is written; of several scopes the lowest. */
		private @Nullable Long after;

		/** Whether cursors of several scopes were sent since it was written. */
		private boolean mixed;

		private boolean everMixed;

		private long sent;

		/** The cursor of an upload after which no other was sent. */
		private long uploaded;

		private boolean known;

		private boolean lowered;

		private boolean dirty;

		private boolean failed;

		private long written;

		void add(long now, @Nullable Long cursor, String cursorScope) {
			if (cursor != null) {
				boolean other = this.last != null && !cursorScope.equals(this.scope);
				boolean back = this.last != null && cursor < this.last;
				// one that uses several goes back all the time
				this.lowered |= (other || back) && !this.everMixed;
				this.everMixed |= other;
				this.mixed |= other;
				this.after = (this.mixed && this.after != null) ? Math.min(this.after, cursor) : cursor;
				this.last = cursor;
				this.uploaded = 0;
				this.scope = cursorScope;
				this.sent = now;
			}
			this.count++;
			this.seen = now;
			this.dirty = true;
		}

		/** Only a device that has sent no other cursor has the one of an upload. */
		void addUpload(long now, long seen) {
			if (seen > 0 && (this.last == null || this.last == 0) && !this.mixed) {
				if (this.after != null) {
					this.after = seen;
				}
				else {
					this.uploaded = seen;
				}
			}
			add(now, null, this.scope);
		}

		boolean isUrgent() {
			return this.lowered || !this.known;
		}

		Taken take() {
			return new Taken(this.count, (this.after != null) ? this.sent : this.seen, this.after, this.scope,
					this.mixed, this.uploaded);
		}

		void settle(Taken taken, long now) {
			this.known = true;
			this.failed = false;
			this.written = now;
			this.uploaded = (this.uploaded == taken.uploaded) ? 0 : this.uploaded;
			if (taken.after != null && taken.seen == this.sent) {
				// another node may know better by the time of the next write
				this.after = null;
				this.lowered = false;
				this.mixed = false;
			}
			if (this.count == taken.count) {
				this.dirty = false;
			}
		}

	}

	/** A note as it is being written, as of the cursor if there is one. */
	private record Taken(long count, long seen, @Nullable Long after, String scope, boolean mixed, long uploaded) {

		DeviceNote toNote(SyncActor device, long now) {
			return new DeviceNote(device.sourceId(), Duration.ofNanos(Math.max(0, now - this.seen)), this.after,
					this.scope, this.mixed, this.uploaded);
		}

	}

}
