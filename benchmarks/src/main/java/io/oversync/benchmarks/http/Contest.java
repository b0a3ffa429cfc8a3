package io.oversync.benchmarks.http;

/**
 * Two loads that are compared.
 *
 * @param ours what is measured
 * @param denominator what it is measured by
 */
record Contest(Load<?> ours, Load<?> denominator) implements AutoCloseable {

	@Override
	public void close() throws Exception {
		try (this.denominator) {
			this.ours.close();
		}
	}

}
