"""Domains that many strangers share: that two addresses are of one of them says nothing about the two people.

A name stands for all domains below it, too. A name without a dot, such as `yahoo`, stands for it in every
country (`yahoo.de`, `yahoo.co.jp`). To add one, write it into the table.
"""

_FREE_MAIL = """
    gmail.com googlemail.com outlook hotmail live msn.com passport.com yahoo ymail.com rocketmail.com
    aol icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de
    tuta.io tuta.com gmx web.de freenet.de t-online.de arcor.de mail.de posteo mailbox.org kabelmail.de
    vodafone.de online.de 1und1.de mail.com email.com zoho.com zohomail.com zohomail.eu fastmail.com
    fastmail.fm hey.com duck.com mailfence.com startmail.com runbox.com riseup.net disroot.org
    systemli.org autistici.org inbox.com usa.com engineer.com orange.fr wanadoo.fr free.fr laposte.net
    sfr.fr neuf.fr bbox.fr numericable.fr libero.it virgilio.it tiscali alice.it tin.it tim.it
    fastwebnet.it telefonica.net terra.es movistar.es ono.com uol.com.br bol.com.br terra.com.br
    ig.com.br globo.com sapo.pt ziggo.nl xs4all.nl kpnmail.nl planet.nl home.nl hetnet.nl casema.nl
    chello telenet.be skynet.be proximus.be bluewin.ch sunrise.ch hispeed.ch a1.net aon.at wp.pl onet.pl
    onet.eu o2.pl interia.pl interia.eu poczta.fm op.pl vp.pl gazeta.pl tlen.pl seznam.cz email.cz
    centrum.cz atlas.cz post.cz volny.cz centrum.sk azet.sk zoznam.sk freemail.hu citromail.hu mail.ru
    bk.ru inbox.ru list.ru internet.ru yandex ya.ru rambler.ru ukr.net i.ua meta.ua bigmir.net abv.bg
    telia.com comhem.se bredband.net spray.se home.se passagen.se jubii.dk stofanet.dk mail.dk
    tdcadsl.dk online.no broadpark.no start.no getmail.no luukku.com suomi24.fi kolumbus.fi elisanet.fi
    saunalahti.fi inbox.lv mail.ee hot.ee otenet.gr in.gr windowslive.com qq.com foxmail.com 163.com
    126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com tom.com naver.com hanmail.net
    daum.net nate.com kakao.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp nifty.com
    biglobe.ne.jp ocn.ne.jp so-net.ne.jp excite.co.jp rediffmail.com sify.com in.com hinet.net
    pchome.com.tw mynet.com walla.co.il walla.com 012.net.il comcast.net verizon.net att.net
    sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com netzero.net optonline.net
    frontier.com windstream.net centurylink.net shaw.ca rogers.com sympatico.ca telus.net videotron.ca
    btinternet.com btopenworld.com virginmedia.com ntlworld.com sky.com talktalk.net blueyonder.co.uk
    bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au xtra.co.nz mailinator.com
    guerrillamail.com yopmail.com 10minutemail.com temp-mail.org simplelogin.com anonaddy.com
    privaterelay.appleid.com mozmail.com relay.firefox.com
"""

_SHARED = """
    meetup.com mail.meetup.com eventbrite.com guild.host luma-mail.com lu.ma heylo.com
    gettogether.community groups.io googlegroups.com yahoogroups.com freelists.org simplelists.com
    python.org discoursemail.com discourse.group lists.sourceforge.net sourceforge.net launchpad.net
    listserv.net mailman3.org librelist.com github.com github.io githubpages.com gitlab.com gitlab.io
    bitbucket.org readthedocs.io netlify.app vercel.app pages.dev herokuapp.com fly.dev web.app
    firebaseapp.com pythonanywhere.com facebook.com facebookmail.com fb.com linkedin.com twitter.com
    x.com instagram.com reddit.com redditmail.com slack.com discord.com telegram.org mastodon.social
    wordpress.com blogspot.com wixsite.com squarespace.com weebly.com substack.com ghost.io tumblr.com
    medium.com typeform.com jotform.com formspree.io wufoo.com surveymonkey.com forms.gle zendesk.com
    freshdesk.com helpscout.net helpscoutapp.com intercom.io intercom-mail.com hubspot.com
    hubspotemail.net salesforce.com zohodesk.com front.com frontapp.com atlassian.net mailchimp.com
    mailchimpapp.com mcsv.net sendgrid.net mailgun.org amazonses.com sparkpostmail.com mandrillapp.com
    onmicrosoft.com eu.org
"""


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FREE = _table(_FREE_MAIL)
_OTHERS = _table(_SHARED)


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there.

    Args:
        domain: In small letters.
    """
    return _stands_in(domain, _FREE)


def is_shared(domain: str) -> bool:
    """Whether people who have nothing to do with each other have addresses there, or write from there.

    Args:
        domain: In small letters.
    """
    return _stands_in(domain, _OTHERS) or is_free_mail(domain)


def organisation(domain: str) -> str:
    """What the addresses of one organisation have in common: `loirepy.example` of `mail.loirepy.example`.

    Args:
        domain: In small letters.

    Returns:
        The registered domain, as far as that can be told without a list of registries; empty for a domain
        that strangers share.
    """
    if is_shared(domain):
        return ""
    labels = domain.split(".")
    # `co.uk`, `com.br`, `ac.jp`: below short words under a country's code one more label is somebody's name.
    deep = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3  # noqa: PLR2004 - see above
    return ".".join(labels[-3 if deep else -2 :])


def _stands_in(domain: str, table: frozenset[str]) -> bool:
    labels = domain.split(".")
    ends = (".".join(labels[at:]) for at in range(len(labels)))
    # `yahoo.co.uk`, `hotmail.fr`: the name, then at most two labels of a country.
    names = labels[-3:-1]
    return any(end in table for end in ends) or any(name in table for name in names)
