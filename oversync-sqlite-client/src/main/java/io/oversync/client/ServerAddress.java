package io.oversync.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;

/**
 * The server that a database is synced with. Positions and versions of one server mean
 * nothing to another, so a database does not change its server unasked. Host, port and
 * path count. The scheme does not, since a server gets a certificate one day: the default
 * ports of both are one.
 *
 * @param uri the URL of the endpoints
 * @param changeAllowed whether the database may have been another server's
 */
record ServerAddress(URI uri, boolean changeAllowed) {

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	/**
	 * Checks that the database is this server's, or takes it over.
	 * @throws SyncSetupException if it is another server's and may not be taken over
	 */
	void check(Database database) throws SQLException {
		String known = database.first("SELECT server FROM _sync_state", (row) -> row.getString(1));
		String here = name();
		if (here.equals(known)) {
			return;
		}
		if (known != null && isUsed(database)) {
			String message = "The database was synced with the server " + known + " and is opened with " + here;
			if (!this.changeAllowed) {
				throw new SyncSetupException(message
						+ ": use one database file for each server, or call allowServerChange() to bring this one to the new server");
			}
			StreamWatch.noteServerChange(database, message);
		}
		database.update("UPDATE _sync_state SET server = ?", here);
	}

	private String name() {
		String path = this.uri.normalize().getPath();
		return host() + port() + ((path != null) ? path.replaceAll("/+$", "") : "");
	}

	private String host() {
		String host = String.valueOf(this.uri.getHost()).toLowerCase(Locale.ROOT);
		if (!host.startsWith("[")) {
			return host.replaceAll("\\.$", "");
		}
		try {
			// an address asks no name server
			return "[" + InetAddress.getByName(host).getHostAddress() + "]";
		}
		catch (UnknownHostException ex) {
			return host;
		}
	}

	private String port() {
		int usual = "https".equalsIgnoreCase(this.uri.getScheme()) ? HTTPS : HTTP;
		int port = this.uri.getPort();
		return (port < 0 || port == usual) ? "" : ":" + port;
	}

	private static boolean isUsed(Database database) throws SQLException {
		return database.number("""
				SELECT cursor > 0 OR EXISTS (SELECT 1 FROM _sync_row) OR EXISTS (SELECT 1 FROM _sync_outbox)
				FROM _sync_state""") > 0;
	}

}
