package io.oversync.client;

/**
 * A value cannot be sent so that it arrives as it is.
 */
final class UnsupportedValueException extends RuntimeException {

	UnsupportedValueException(String message) {
		super(message);
	}

}
