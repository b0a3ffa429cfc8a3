package io.oversync.sample.conformance;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * The server under test.
 *
 * @param url where it is, without a trailing slash
 * @param secret what signs its tokens (HS256)
 * @param jdbcUrl its database, null when there is no looking into it
 */
record ConformanceTarget(String url, String secret, @Nullable String jdbcUrl) {

	/** Returns the server that system properties name, or null. */
	static @Nullable ConformanceTarget external() {
		String url = System.getProperty("oversync.conformance.url");
		return (url != null) ? new ConformanceTarget(url,
				System.getProperty("oversync.conformance.secret", "your-secret-key-change-in-production"),
				System.getProperty("oversync.conformance.jdbc-url")) : null;
	}

	URI resolve(String path) {
		return URI.create(this.url + path);
	}

}
