package io.oversync.simulator.chaos;

import org.jspecify.annotations.Nullable;

/**
 * What the server said to a change (protocol §2.1).
 *
 * @param status {@code applied}, {@code conflict} or {@code invalid}
 * @param version the version that it led to, 0 if it was not applied
 * @param serverRow the row as the server has it, in a conflict
 */
record Answer(String status, long version, @Nullable ServerRow serverRow) {

	boolean applied() {
		return this.status.equals("applied");
	}

	/**
	 * A row as the server shows it.
	 *
	 * @param version its version
	 * @param deleted whether it is deleted
	 * @param payload the text of its after-image, if it is known
	 */
	record ServerRow(long version, boolean deleted, @Nullable String payload) {
	}

}
