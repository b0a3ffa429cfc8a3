package io.oversync.simulator;

/**
 * Nothing can be played: the options are wrong, or what they name is not there.
 */
class UsageException extends RuntimeException {

	/**
	 * Creates one.
	 * @param message what is wrong and what to do
	 */
	UsageException(String message) {
		super(message);
	}

}
