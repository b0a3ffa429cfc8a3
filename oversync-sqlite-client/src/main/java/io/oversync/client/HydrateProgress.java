package io.oversync.client;

/**
 * How far a hydration has come.
 *
 * @param downloaded changes so far, of this run
 * @param position of the last change
 * @param until the position where it ends
 */
public record HydrateProgress(long downloaded, long position, long until) {

	/**
	 * Returns how far it has come.
	 * @return a number from 0 to 1
	 */
	public double fraction() {
		return (this.until > 0) ? Math.min(1, (double) this.position / this.until) : 1;
	}

}
