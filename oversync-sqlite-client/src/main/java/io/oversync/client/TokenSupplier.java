package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * Where the bearer token comes from (§1). Its user and its device must be those of the
 * client.
 */
@FunctionalInterface
public interface TokenSupplier {

	/**
	 * Returns a token; called for each request, so it should come from a cache.
	 * @param refused the token that the server has just refused with 401 and that should
	 * be renewed, or null
	 * @return the token
	 */
	String token(@Nullable String refused);

}
