package io.oversync.client;

/**
 * The token is that of another user or of another device than the database was opened
 * for. Nothing was sent with it. The next sync asks for a token again.
 */
public class WrongTokenException extends SyncException {

	/**
	 * Creates an exception.
	 * @param message what is wrong and how to fix it
	 */
	public WrongTokenException(String message) {
		super(message);
	}

}
