/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * Where the sample reaches itself.
 */
public final class OwnUrl {

	private OwnUrl() {
	}

	/**
	 * Returns the address that the web server listens on.
	 * @param environment of a sample whose web server is running
	 * @return a URL without a path
	 */
	public static URI of(Environment environment) {
		InetAddress address = environment.getProperty("server.address", InetAddress.class);
		return URI.create("http://" + host(address) + ":" + environment.getProperty("local.server.port", "8080"));
	}

	private static String host(@Nullable InetAddress address) {
		if (address == null || address.isAnyLocalAddress()) {
			return "localhost";
		}
		return (address instanceof Inet6Address) ? "[" + address.getHostAddress().replaceAll("%.*", "") + "]"
				: address.getHostAddress();
	}

}
