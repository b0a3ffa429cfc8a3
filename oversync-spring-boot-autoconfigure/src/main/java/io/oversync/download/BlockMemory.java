package io.oversync.download;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;

/**
 * How much memory all blocks of this process take together, from before they are read
 * until they are written to clients, which may be slow. One user gets a quarter of it at
 * the most. A block that is larger than all of that is admitted by itself.
 */
final class BlockMemory {

	private static final int USERS = 4;

	private final long total;

	private final Duration longestWait;

	private final Map<String, Long> users = new HashMap<>();

	private long reserved;

	/**
	 * Creates it.
	 * @param total bytes for all users
	 * @param longestWait how long a request waits for others
	 */
	BlockMemory(long total, Duration longestWait) {
		this.total = total;
		this.longestWait = longestWait;
	}

	/**
	 * Reserves memory, and waits for it if others have it. Not to be called by who has
	 * some already: two of them might wait for each other.
	 * @param user for whom
	 * @param bytes how much
	 * @return to be closed
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if there is none for too long
	 */
	synchronized Reservation reserve(String user, long bytes) {
		Deadline deadline = Deadline.in(this.longestWait);
		while (!fits(user, bytes)) {
			if (deadline.isOver()) {
				throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
						"Too many large downloads are being read slowly; please try again later");
			}
			await(deadline);
		}
		change(user, bytes);
		return new Reservation(user, bytes);
	}

	private boolean fits(String user, long bytes) {
		long ofUser = this.users.getOrDefault(user, 0L);
		return (this.reserved == 0 || this.reserved + bytes <= this.total)
				&& (ofUser == 0 || ofUser + bytes <= this.total / USERS);
	}

	private void await(Deadline deadline) {
		try {
			wait(Math.max(1, deadline.left().toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE, "The server is shutting down; please try again",
					ex);
		}
	}

	private synchronized void change(String user, long bytes) {
		this.reserved += bytes;
		this.users.merge(user, bytes, Long::sum);
		this.users.remove(user, 0L);
		notifyAll();
	}

	synchronized long reserved() {
		return this.reserved;
	}

	/** Memory for one block. */
	final class Reservation implements AutoCloseable {

		private final String user;

		private long bytes;

		private Reservation(String user, long bytes) {
			this.user = user;
			this.bytes = bytes;
		}

		/**
		 * Gives back what turned out not to be needed.
		 * @param needed how much stays reserved
		 */
		void shrinkTo(long needed) {
			if (needed < this.bytes) {
				change(this.user, needed - this.bytes);
				this.bytes = needed;
			}
		}

		@Override
		public void close() {
			shrinkTo(0);
		}

	}

}
