package io.oversync.web;

import java.util.List;

/**
 * What {@code GET {base}/status} says of the server (protocol §4).
 *
 * @param version the version of this library
 * @param applicationName the name of the application
 */
public record ServerStatus(String version, String applicationName) {

	/** What a client may rely on beyond upload and download. */
	static final List<String> FEATURES = List.of("idempotent_uploads", "download_window", "include_self",
			"typed_materialization", "materialize_failures");

	/**
	 * The status of an application.
	 * @param applicationName its name
	 * @return with the version of the jar that holds this class
	 */
	public static ServerStatus of(String applicationName) {
		String version = ServerStatus.class.getPackage().getImplementationVersion();
		return new ServerStatus((version != null) ? version : "unknown", applicationName);
	}

}
