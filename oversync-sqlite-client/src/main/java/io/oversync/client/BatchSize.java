package io.oversync.client;

/**
 * How much goes into one upload: less when the server or the network cannot take it, more
 * when they can.
 */
final class BatchSize {

	private final int maxCount;

	private final long maxBytes;

	private int count;

	private long bytes;

	BatchSize(int maxCount, long maxBytes) {
		this.maxCount = maxCount;
		this.maxBytes = maxBytes;
		this.count = maxCount;
		this.bytes = maxBytes;
	}

	int count() {
		return this.count;
	}

	long bytes() {
		return this.bytes;
	}

	/** It was too much. */
	void shrink(int sentCount, long sentBytes) {
		this.count = Math.max(1, Math.min(this.count, sentCount) / 2);
		this.bytes = Math.max(1, Math.min(this.bytes, sentBytes) / 2);
	}

	/** It went well. */
	void grow() {
		this.count = Math.min(this.maxCount, this.count * 2);
		this.bytes = Math.min(this.maxBytes, this.bytes * 2);
	}

}
