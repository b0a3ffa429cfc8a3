package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Asks for changes where there are none.
 */
final class PollClient implements Client<byte[]> {

	private static final byte[] NOTHING = "\"changes\":[]".getBytes(StandardCharsets.US_ASCII);

	private final HttpConnection connection;

	private final byte[] request;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param device the device
	 * @param after its cursor, which stays where it is
	 */
	PollClient(HttpConnection connection, Downloader device, long after) {
		this.connection = connection;
		this.request = device.page(after, false);
	}

	@Override
	public byte[] prepare() {
		return this.request;
	}

	@Override
	public int send(byte[] request) throws IOException {
		int status = this.connection.exchange(request);
		if (status != 200 || this.connection.count(NOTHING) != 1) {
			throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
		}
		return 1;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}
