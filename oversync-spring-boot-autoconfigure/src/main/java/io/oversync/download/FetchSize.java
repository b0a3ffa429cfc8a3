package io.oversync.download;

/**
 * How many rows to fetch at a time: few of which the payloads are large, many of which
 * they are small. A page is never held in memory as a whole, and still takes few trips to
 * the database.
 */
final class FetchSize {

	/** Nothing is known of the rows yet. */
	static final int FIRST = 32;

	private static final int MOST_BYTES = 1024 * 1024;

	private static final int GROWTH = 8;

	private int block = FIRST;

	private int rows;

	private long bytes;

	/**
	 * Takes note of a row.
	 * @param payloadBytes the size of its payload
	 * @return whether it was the last of those that were fetched with it
	 */
	boolean endsBlock(int payloadBytes) {
		this.rows++;
		this.bytes += payloadBytes;
		return this.rows == this.block;
	}

	/**
	 * Starts the next block.
	 * @return how many rows to fetch
	 */
	int next() {
		long fitting = MOST_BYTES * (long) this.rows / Math.max(1, this.bytes);
		this.block = (int) Math.max(1, Math.min(fitting, (long) GROWTH * this.block));
		this.rows = 0;
		this.bytes = 0;
		return this.block;
	}

}
